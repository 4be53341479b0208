/** Columns aligned by width; numbers to the right. East Asian characters count two. */
export function table(
  head: readonly string[],
  rows: readonly (readonly (string | number | null | undefined)[])[],
): string {
  const cells = rows.map((row) =>
    row.map((cell) => (cell === null || cell === undefined ? '–' : String(cell))),
  )
  const numeric = head.map(
    (_, j) => rows.length > 0 && rows.every((row) => typeof row[j] === 'number' || row[j] === null),
  )
  const widths = head.map((title, j) => Math.max(...[title, ...cells.map((row) => row[j] ?? '')].map(width)))
  const line = (row: readonly string[]): string =>
    row
      .map((cell, j) => {
        const padding = ' '.repeat((widths[j] as number) - width(cell))
        return numeric[j] ? padding + cell : cell + padding
      })
      .join('  ')
      .trimEnd()
  return [line(head), ...cells.map(line)].join('\n')
}

const width = (text: string): number =>
  [...text].reduce((sum, character) => sum + (/[\u1100-\u115f\u2e80-\uffdc]/.test(character) ? 2 : 1), 0)

/** Six significant digits, without trailing zeros. */
export const short = (value: number | null | undefined): string =>
  value === null || value === undefined ? '–' : String(Number(value.toPrecision(6)))
