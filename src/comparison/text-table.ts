/** A table as text: a header and rows of equal length. */
export interface TextTable {
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** Columns of numbers, which stand at the right. */
  readonly numeric: readonly boolean[]
}

/** Tab-separated, as spreadsheets take it. */
export function toTsv({ head, rows }: TextTable): string {
  const clean = (text: string): string => text.replace(/[\t\n\r]+/g, ' ')
  return [head, ...rows].map((cells) => cells.map(clean).join('\t')).join('\n')
}

export function toMarkdown({ head, rows, numeric }: TextTable): string {
  const clean = (text: string): string => text.replace(/[\n\r]+/g, ' ').replace(/[\\|]/g, String.raw`\$&`)
  const line = (cells: readonly string[]): string => `| ${cells.map(clean).join(' | ')} |`
  return [
    line(head),
    `|${numeric.map((right) => (right ? ' ---: ' : ' --- ')).join('|')}|`,
    ...rows.map(line),
  ].join('\n')
}
