import { LineCounter, parseDocument, type Document } from 'yaml'
import type { z } from 'zod'
import { DescentError } from '../contract/errors.ts'
import { suggestion } from '../contract/lookup.ts'
import { experiment, optimizerKeys, type Experiment } from './experiment.ts'
import { scheduleSettings } from './settings.ts'

/**
 * Reads an experiment file, YAML or JSON.
 * @param name shown in errors
 * @throws DescentError `usage`, with the line and column of the fault
 */
export function readExperiment(text: string, name: string): Experiment {
  const lines = new LineCounter()
  const refuse = (offset: number, message: string): never => {
    const { line, col } = lines.linePos(offset)
    throw new DescentError(
      'usage',
      `${name}:${line}:${col}: ${message}`,
      'Correct the file; resources/experiments holds examples.',
    )
  }
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const [broken] = document.errors
  if (broken)
    return refuse(
      broken.pos[0],
      broken.code === 'MULTIPLE_DOCS' ? 'the file holds more than one document.' : broken.message,
    )
  let content: unknown
  try {
    content = document.toJS({ maxAliasCount: 100 })
  } catch (error) {
    return refuse(0, error instanceof Error ? error.message : String(error))
  }
  const parsed = experiment.safeParse(content, { reportInput: true })
  if (parsed.success) return parsed.data
  const fault = worst(parsed.error.issues)
  return refuse(offsetOf(document, fault.path), complaint(fault))
}

type Issue = z.core.$ZodIssue & { input?: unknown }

/** Of alternatives that all failed, the one that got furthest; a key that is not known before one that is missing. */
function worst(issues: readonly Issue[], base: readonly PropertyKey[] = []): Issue {
  const candidates = issues.map((issue): Issue => {
    const path = [...base, ...issue.path]
    if (issue.code === 'invalid_union' && issue.errors.some((alternative) => alternative.length > 0))
      return worst(issue.errors.flat(), path)
    if (issue.code === 'unrecognized_keys') return { ...issue, path: [...path, ...issue.keys.slice(0, 1)] }
    return { ...issue, path }
  })
  const rank = ({ code, path }: Issue) => 2 * path.length + (code === 'unrecognized_keys' ? 1 : 0)
  return candidates.reduce((best, next) => (rank(next) > rank(best) ? next : best))
}

function complaint(issue: Issue): string {
  const { path, input } = issue
  const where = path.map(String).join('.')
  if (where === '')
    return input === null ? 'the file is empty.' : 'the file must be a map, beginning with a title.'
  if (issue.code === 'unrecognized_keys')
    return `${where} is not known here. ${suggestion(String(path.at(-1)), knownKeys(path))}`.trim()
  if (input === undefined) return `${where} is missing.`
  return `${where} is ${JSON.stringify(input)}, but must be ${bound(issue)}.`
}

const typeNames: Readonly<Record<string, string>> = {
  array: 'a list',
  int: 'a whole number',
  number: 'a number',
  object: 'a map',
  string: 'text',
}

/** What would have been right. */
function bound(issue: Issue): string {
  if (issue.code === 'invalid_type') return typeNames[issue.expected] ?? issue.expected
  return issue.message
    .replace(/^(Invalid option|Too small|Too big): expected (\w+ to (be|have) )?/, '')
    .replace('>=', 'at least ')
    .replace('<=', 'at most ')
}

/** Keys that may stand where the last of the path does. */
function knownKeys(path: readonly PropertyKey[]): string[] {
  const list = path.slice(0, -1).findLast((key) => typeof key === 'string')
  if (list === 'optimizers') return optimizerKeys
  return Object.keys((list === 'schedules' ? scheduleSettings : experiment).shape)
}

/** Where the nearest part of the file that exists begins: a missing key is shown where its parent stands. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let depth = path.length; depth > 0; depth--) {
    const node = document.getIn(path.slice(0, depth), true) as { range?: readonly number[] } | undefined
    if (node?.range) return node.range[0] ?? 0
  }
  return 0
}
