import type { Figure } from '../../../../src/figures/figure.ts'
import { citation, paperOf } from '../../../../src/figures/papers.ts'

/** Everything a figure can be found by, in both languages. */
function wordsOf({ id, title, caption, papers }: Figure): string {
  return [
    id,
    title.en,
    title['zh-CN'],
    caption.en,
    caption['zh-CN'],
    ...papers.map((paper) => citation(paperOf(paper))),
  ]
    .join('\n')
    .toLowerCase()
}

const known = new Map<string, string>()

/** Whether all words of the query stand somewhere in the figure's texts. */
export function matches(figure: Figure, query: string): boolean {
  const words = known.get(figure.id) ?? wordsOf(figure)
  known.set(figure.id, words)
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => words.includes(word))
}
