import type { SweepLine } from '../../../../../src/charts/sweepLines.ts'

/** One row a learning rate, one column an optimizer; empty where it diverged. */
export function csvOfSweeps(lines: readonly SweepLine[]): string {
  const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`
  const head = ['lr', ...lines.map(({ label }) => quoted(label))].join(',')
  const rows = (lines[0]?.rates ?? []).map((rate, i) =>
    [rate, ...lines.map(({ finals }) => (Number.isFinite(finals[i]) ? finals[i] : ''))].join(','),
  )
  return `${[head, ...rows].join('\n')}\n`
}
