import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Node,
  type Pair,
} from 'yaml'
import type { z } from 'zod'
import { DescentError } from '../contract/errors.ts'
import { suggestion } from '../contract/lookup.ts'
import { show } from '../rules/settle.ts'
import { examineValues } from './examine.ts'
import { experiment, optimizerKeys, type Experiment } from './experiment.ts'
import { scheduleSettings } from './settings.ts'

const remedy = 'Correct the file; resources/experiments holds examples.'

/**
 * Reads an experiment file, YAML or JSON.
 * @param name shown in errors
 * @throws DescentError `usage`, with the line and column of the fault
 */
export function readExperiment(text: string, name: string): Experiment {
  return read(text, name, examineValues)
}

/**
 * Reads a file that was run elsewhere: its form is checked, but optimizers, workloads and values that this version does not
 * know are left as they are.
 * @throws DescentError `usage`
 */
export const readForeignExperiment = (text: string, name: string): Experiment =>
  read(text, name, () => undefined)

function read(text: string, name: string, examine: typeof examineValues): Experiment {
  const lines = new LineCounter()
  const refused = (offset: number, message: string, how = remedy): DescentError => {
    const { line, col } = offset > 0 ? lines.linePos(offset) : { line: 1, col: 1 }
    return new DescentError('usage', `${name}:${line}:${col}: ${message}`, how)
  }
  const { document, content } = parse(text, lines, refused)
  const parsed = experiment.safeParse(content, { reportInput: true })
  if (!parsed.success) {
    const fault = worst(parsed.error.issues)
    const isKey = fault.code === 'unrecognized_keys'
    throw refused(offsetOf(document, fault.path, isKey), complaint(fault), `${hint(fault)}${remedy}`)
  }
  examine(parsed.data, (path, work) => {
    try {
      return work()
    } catch (error) {
      const { code, message, remedy: how } = DescentError.from(error)
      const isKey = code === 'not-found' && path.includes('set')
      throw refused(offsetOf(document, path, isKey), message, how)
    }
  })
  return parsed.data
}

function parse(
  text: string,
  lineCounter: LineCounter,
  refused: (offset: number, message: string) => DescentError,
): { document: Document.Parsed; content: unknown } {
  let document: Document.Parsed | undefined
  try {
    document = parseDocument(text, { lineCounter, prettyErrors: false })
    const [broken] = document.errors
    if (!broken) return { document, content: document.toJS({ maxAliasCount: 100 }) }
    const { code, message, pos } = broken
    if (code === 'MULTIPLE_DOCS') throw refused(pos[0], 'the file holds more than one document.')
    // A quotation mark that is not closed is missed at the file's end; where it was opened says more.
    const opened =
      code === 'MISSING_CHAR' && message.includes('quote') && firstOffset(document, isBrokenOff(pos[0]))
    throw refused(opened || pos[0], message)
  } catch (error) {
    if (error instanceof DescentError) throw error
    // An alias without an anchor, aliases that multiply, or a nest too deep for the parser.
    const { message } = DescentError.from(error)
    throw refused((document && firstOffset(document, isDangling(document))) ?? 0, message)
  }
}

const isBrokenOff = (end: number) => (node: Node) =>
  isScalar(node) && node.type?.startsWith('QUOTE') === true && (node.range?.[1] ?? 0) >= end
const isDangling = (document: Document) => (node: Node) =>
  isAlias(node) && node.resolve(document) === undefined

/** Where the first such node begins. */
function firstOffset(document: Document, isSuch: (node: Node) => boolean): number | undefined {
  let offset: number | undefined
  visit(document, {
    Node(_key, node) {
      if (!isSuch(node)) return undefined
      offset = node.range?.[0]
      return visit.BREAK
    },
  })
  return offset
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
  if (where === '') return input === null ? 'the file: is empty.' : 'the file: must begin with a title.'
  if (issue.code === 'unrecognized_keys') return `${where}: is not known here.`
  if (input === undefined) return `${where}: is missing.`
  return `${where}: is ${show(input)}, but must be ${bound(issue)}.`
}

const typeNames: Readonly<Record<string, string>> = {
  array: 'a list',
  int: 'an integer',
  number: 'a number',
  object: 'a map',
  string: 'a string',
}

/** What would have been right. */
function bound(issue: Issue): string {
  if (issue.code === 'invalid_type') return typeNames[issue.expected] ?? issue.expected
  return issue.message
    .replace(/^(Invalid option|Too small|Too big): expected (\w+ to (be|have) )?/, '')
    .replace('>=', 'at least ')
    .replace('<=', 'at most ')
}

/** For a key that is not known, the nearest that may stand there. */
function hint({ code, path }: Issue): string {
  if (code !== 'unrecognized_keys') return ''
  const list = path.slice(0, -1).findLast((key) => typeof key === 'string')
  const known =
    list === 'optimizers'
      ? optimizerKeys
      : Object.keys((list === 'schedules' ? scheduleSettings : experiment).shape)
  return suggestion(String(path.at(-1)), known)
}

/**
 * Where the nearest part of the file that exists begins: a missing key is shown where its parent stands.
 * @param isKey the last of the path is the fault, not what stands behind it
 */
function offsetOf(document: Document.Parsed, path: readonly PropertyKey[], isKey: boolean): number {
  let node: Node | null | undefined = document.contents
  for (const [depth, part] of path.entries()) {
    const here: Node | null | undefined = isAlias(node) ? node.resolve(document) : node
    if (isMap<Node, Node | null>(here)) {
      // One thing where a list may stand has no place in it.
      if (typeof part === 'number') continue
      const pair: Pair<Node, Node | null> | undefined = here.items.find(
        ({ key }) => 'value' in key && key.value === part,
      )
      if (!pair) break
      node = isKey && depth === path.length - 1 ? pair.key : (pair.value ?? pair.key)
    } else if (isSeq<Node>(here)) {
      const item: Node | undefined = here.items[Number(part)]
      if (!item) break
      node = item
    } else break
  }
  return node?.range?.[0] ?? 0
}
