import { expect, test } from 'vitest'
import { figures } from '../../src/figures/index.ts'
import { addressOf, citation, paperOf, papers, type Paper } from '../../src/figures/papers.ts'

test('a citation names authors, year, title, venue and where it is kept', () => {
  expect(citation(papers.momentum)).toBe(
    'B. T. Polyak (1964). Some methods of speeding up the convergence of iteration methods. ' +
      'USSR Computational Mathematics and Mathematical Physics 4(5), 1–17. doi:10.1016/0041-5553(64)90137-5',
  )
  expect(addressOf(papers.momentum)).toBe('https://doi.org/10.1016/0041-5553(64)90137-5')
  expect(addressOf(papers.adam)).toBe('https://arxiv.org/abs/1412.6980')
  expect(addressOf(papers.cauchy)).toBeUndefined()
})

test('numbers have the form of their registries, and no paper is there twice', () => {
  const all: readonly Paper[] = Object.values(papers)
  for (const { doi, arxiv, year, title } of all) {
    if (doi !== undefined) expect(doi).toMatch(/^10\.\d{4,}\/\S+$/)
    if (arxiv === undefined) continue
    expect(arxiv).toMatch(/^\d{4}\.\d{4,5}$/)
    // Sent there within two years of its publication, at most a year after it.
    const sent = 2000 + Number(arxiv.slice(0, 2))
    expect(year, title).toBeGreaterThanOrEqual(sent - 1)
    expect(year, title).toBeLessThanOrEqual(sent + 2)
  }
  expect(new Set(all.map(({ title }) => title)).size).toBe(all.length)
})

test('every figure rests on papers of the list', () => {
  for (const figure of figures)
    for (const id of figure.papers) expect(paperOf(id).title.length).toBeGreaterThan(5)
})
