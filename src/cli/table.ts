type Cell = string | number | null | undefined

/**
 * Columns aligned by width; numbers to the right. East Asian characters count two.
 * @param room of a terminal, within which the last column is broken into lines; without end where there is none
 */
export function table(
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  room = process.stdout.isTTY ? process.stdout.columns : Infinity,
): string {
  const cells = rows.map((row) =>
    row.map((cell) => (cell === null || cell === undefined ? '–' : String(cell))),
  )
  const numeric = head.map((_, j) => cells.length > 0 && cells.every((row) => isNumber(row[j] ?? '–')))
  const widths = head.map((title, j) => Math.max(...[title, ...cells.map((row) => row[j] ?? '')].map(width)))
  const indent = widths.slice(0, -1).reduce((sum, one) => sum + one + 2, 0)
  const line = (row: readonly string[]): string =>
    row
      .map((cell, j) => {
        const padding = ' '.repeat((widths[j] as number) - width(cell))
        if (numeric[j]) return padding + cell
        return j < head.length - 1 ? cell + padding : broken(cell, room - indent, indent)
      })
      .join('  ')
      .trimEnd()
  return [line(head), ...cells.map(line)].join('\n')
}

const isNumber = (text: string): boolean => text === '–' || (text !== '' && Number.isFinite(Number(text)))

const widthOf = (character: string): number => (/[\u1100-\u115f\u2e80-\uffdc]/.test(character) ? 2 : 1)
const width = (text: string): number => [...text].reduce((sum, character) => sum + widthOf(character), 0)

/** The text, cut with an ellipsis where it is wider than `room`. */
export function fitted(text: string, room: number): string {
  return width(text) <= room ? text : `${beginning(text, room - 1)}…`
}

function beginning(text: string, room: number): string {
  let used = 0
  let kept = ''
  for (const character of text) {
    used += widthOf(character)
    if (used > room) break
    kept += character
  }
  return kept
}

/** Lines of at most `room`, broken at spaces where there are any, all but the first indented. */
function broken(text: string, room: number, indent: number): string {
  // A column this narrow reads worse than what the terminal makes of long lines.
  if (room < 16) return text
  const lines: string[] = []
  let rest = text
  while (width(rest) > room) {
    const most = beginning(rest, room + 1)
    const space = most.lastIndexOf(' ')
    const line = space > 0 ? rest.slice(0, space) : beginning(rest, room)
    lines.push(line)
    rest = rest.slice(line.length).trimStart()
  }
  return [...lines, rest].join(`\n${' '.repeat(indent)}`)
}

/** Three decimals, as accuracies are told everywhere. */
export const accuracy = (share: number | undefined): string => share?.toFixed(3) ?? '–'

/** Six significant digits, without trailing zeros. */
export const short = (value: number | null | undefined): string =>
  value === null || value === undefined ? '–' : String(Number(value.toPrecision(6)))
