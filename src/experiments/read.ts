import { LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'
import { DescentError } from '../contract/errors.ts'
import { suggestion } from '../contract/lookup.ts'
import { experiment, type Experiment } from './experiment.ts'

const remedy = 'Correct the file; resources/experiments holds examples.'

/**
 * Reads an experiment file, YAML or JSON.
 * @param name shown in errors
 * @throws DescentError `usage`, with the line and column of the fault
 */
export function readExperiment(text: string, name: string): Experiment {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const [broken] = document.errors
  if (broken) {
    const { line, col } = lines.linePos(broken.pos[0])
    throw new DescentError('usage', `${name}:${line}:${col}: ${broken.message.split('\n')[0] ?? ''}`, remedy)
  }
  const parsed = experiment.safeParse(document.toJS({ maxAliasCount: 100 }))
  if (parsed.success) return parsed.data

  const { path, message } = deepest(parsed.error.issues)
  // The nearest part of the file that exists: a missing key is shown where its parent stands.
  let node: unknown
  for (let depth = path.length; depth >= 0 && node === undefined; depth--)
    node = document.getIn(path.slice(0, depth), true) ?? undefined
  const offset = (node as { range?: [number, number, number] } | undefined)?.range?.[0] ?? 0
  const { line, col } = lines.linePos(offset)
  throw new DescentError(
    'usage',
    `${name}:${line}:${col}: ${path.map(String).join('.') || 'the file'}: ${message}`,
    remedy,
  )
}

/** Of alternatives that all failed, the complaint of the one that got furthest. */
function deepest(
  issues: readonly z.core.$ZodIssue[],
  base: readonly PropertyKey[] = [],
): { path: PropertyKey[]; message: string } {
  const candidates = issues.map((issue) => {
    const path = [...base, ...issue.path]
    if (issue.code === 'invalid_union' && issue.errors.some((alternative) => alternative.length > 0))
      return deepest(issue.errors.flat(), path)
    if (issue.code === 'unrecognized_keys') {
      const known = Object.keys(experiment.shape)
      return {
        path: [...path, issue.keys[0] as string],
        message: `is not known here. ${issue.keys.map((key) => suggestion(key, known)).join('')}`.trim(),
      }
    }
    return { path, message: issue.message }
  })
  return candidates.reduce((best, next) => (next.path.length > best.path.length ? next : best))
}
