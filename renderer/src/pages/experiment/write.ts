import {
  Document,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  Pair,
  parseDocument,
  visit,
  type Node,
  type ScalarTag,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml'

/** 1.0e-6, which YAML 1.1 reads as a number too; as it stood in the file where it did. */
const exponential: ScalarTag = {
  identify: (value) => typeof value === 'number',
  default: true,
  tag: 'tag:yaml.org,2002:float',
  format: 'EXP',
  test: /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)[eE][-+]?[0-9]+$/,
  resolve: (text) => parseFloat(text),
  stringify({ source, value }) {
    if (source !== undefined && Number(source) === value) return source
    const [digits, exponent] = Number(value).toExponential().split('e') as [string, string]
    return `${digits.includes('.') ? digits : `${digits}.0`}e${exponent.replace('+', '')}`
  },
}
const options = { customTags: (tags: readonly unknown[]) => [exponential, ...tags] as ScalarTag[] }

/**
 * The text of a file that says `raw`: the text before with what differs changed in place, comments and layout kept;
 * JSON stays JSON.
 */
export function writeFile(raw: Readonly<Record<string, unknown>>, before: string): string {
  if (before.trimStart().startsWith('{')) return `${JSON.stringify(raw, null, 2)}\n`
  try {
    const document = parseDocument(before, options)
    if (document.errors.length === 0 && isMap(document.contents)) {
      merge(document, document.contents, raw)
      const text = print(document)
      if (same(parseDocument(text).toJS(), raw)) return text
    }
  } catch {
    // Anchors that lost what they point to: the file is written anew.
  }
  const document = new Document({}, options)
  merge(document, document.contents, raw)
  return print(document)
}

/** Long lines stay whole: a series is a line. */
const print = (document: { toString: (options: object) => string }): string =>
  document.toString({ lineWidth: 0 }).split('\n').map(tighten).join('\n')

/** What is quoted, or a comment up to the line's end. */
const asItStands = /"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|(?<=^|\s)#.*$/g

/** Lists as [1, 2] beside maps as { a: 1 }; what is quoted or a comment stays. */
function tighten(line: string): string {
  const kept: string[] = []
  const code = line.replace(asItStands, (part) => `\0${kept.push(part) - 1}\0`)
  // A quotation mark that is left belongs to a text of several lines, or to no quotation.
  if (/["'#]/.test(code)) return line
  return code
    .replace(/(?<=[:,[-] |\[)\[ (?=\S)/g, '[')
    .replace(/(?<=\S) \](?=[,\]]| [}\]\0]|$)/g, ']')
    .replace(/\0(\d+)\0/g, (_, index: string) => kept[Number(index)] ?? '')
}

type AnyDocument = Pick<Document, 'createNode'>

function merge(document: AnyDocument, node: unknown, value: unknown): Node {
  if (isNode(node) && same(plain(node), value)) return node
  if (isMap(node) && isRecord(value)) return mergeMap(document, node, value)
  if (isSeq(node) && Array.isArray(value)) return mergeList(document, node, value)
  if (isScalar(node) && !isRecord(value) && !Array.isArray(value)) {
    if (!Object.is(node.value, value)) {
      node.value = value
      delete node.source
      delete node.format
      delete node.minFractionDigits
      writeSmall(node)
    }
    return node
  }
  const fresh = create(document, value)
  if (isNode(node)) Object.assign(fresh, { comment: node.comment, commentBefore: node.commentBefore })
  return fresh
}

function mergeMap(document: AnyDocument, node: YAMLMap, value: Readonly<Record<string, unknown>>): Node {
  for (const name of Object.keys(node.toJSON() as object)) if (!(name in value)) node.delete(name)
  const names = Object.keys(value)
  for (const [name, wanted] of Object.entries(value)) {
    const known = node.get(name, true) as Node | undefined
    if (known !== undefined) {
      if (!same(plain(known), wanted)) node.set(name, merge(document, known, wanted))
      continue
    }
    // Where it belongs in the order: before what comes after it and is there.
    const after = names.slice(names.indexOf(name) + 1)
    const at = node.items.findIndex(({ key }) => after.includes(String(plain(key))))
    const pair = new Pair(document.createNode(name), create(document, wanted))
    node.items.splice(at < 0 ? node.items.length : at, 0, pair)
  }
  return node
}

/** Items that are in both keep their comments, whatever moved; where as many changed as came, they changed in place. */
function mergeList(document: AnyDocument, node: YAMLSeq, value: readonly unknown[]): Node {
  const old = node.items.map((item) => ({ item, plain: plain(item), used: false }))
  const found = value.map((wanted) => {
    const match = old.find((one) => !one.used && same(one.plain, wanted))
    if (match) match.used = true
    return match?.item
  })
  const left = old.filter(({ used }) => !used)
  const inPlace = left.length === found.filter((item) => item === undefined).length
  node.items = value.map((wanted, i) => {
    const item = found[i] ?? (inPlace ? left.shift()?.item : undefined)
    return item === undefined ? create(document, wanted, true) : merge(document, item, wanted)
  })
  return node
}

/** A fresh part: what is listed is a line each, what is inside a line stays in it. */
function create(document: AnyDocument, value: unknown, listed = false): Node {
  const node = document.createNode(value) as Node
  const breaks = !listed && Array.isArray(value) && value.some(isRecord)
  visit(node, {
    Collection: (_key, part) => {
      part.flow = !(breaks && part === node)
    },
    Scalar: (_key, part) => writeSmall(part),
  })
  if (isCollection(node) && breaks) node.flow = false
  return node
}

function writeSmall(node: { value: unknown; format?: string }): void {
  if (typeof node.value === 'number' && node.value !== 0 && Math.abs(node.value) < 1e-3) node.format = 'EXP'
}

const plain = (node: unknown): unknown =>
  isCollection(node) ? (node.toJSON() as unknown) : isScalar(node) ? node.value : node
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Alike whatever the order of keys; the file may write a list of one as its item, and `{ id: sgd }` as `sgd`. */
function same(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) !== Array.isArray(b)) {
    const [list, one] = (Array.isArray(a) ? [a, b] : [b, a]) as [unknown[], unknown]
    return list.length === 1 && same(list[0], one)
  }
  if (typeof a === 'string' && isRecord(b)) return same({ id: a }, b)
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, i) => same(item, b[i]))
  if (isRecord(a) && isRecord(b)) {
    const names = Object.keys(a)
    return (
      names.length === Object.keys(b).length && names.every((name) => name in b && same(a[name], b[name]))
    )
  }
  return Object.is(a, b)
}
