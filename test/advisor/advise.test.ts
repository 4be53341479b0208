import { describe, expect, test } from 'vitest'
import { advise } from '../../src/advisor/advise.ts'
import { comparisonOf, limitsOf, standFor } from '../../src/advisor/comparison.ts'
import { questions, usualAnswers, type Answers, type QuestionId } from '../../src/advisor/questions.ts'
import { adviceRules, applies, scheduleAdvice } from '../../src/advisor/rules.ts'
import { expand } from '../../src/experiments/expand.ts'
import { experiment } from '../../src/experiments/experiment.ts'
import { papers } from '../../src/figures/papers.ts'
import { optimizers } from '../../src/optimizers/index.ts'

const ids = new Set(optimizers.map(({ id }) => id))

/** Every combination of answers. */
const everything = (Object.keys(questions) as QuestionId[]).reduce<Answers[]>(
  (all, question) =>
    all.flatMap((answers) => questions[question].choices.map(({ id }) => ({ ...answers, [question]: id }))),
  [usualAnswers],
)
const best = (answers: Partial<Answers>): string => advise({ ...usualAnswers, ...answers }).best.optimizer

test('there are 432 combinations of answers', () => {
  expect(new Set(everything.map((answers) => JSON.stringify(answers))).size).toBe(432)
})

describe('every combination', () => {
  test('gives a recommendation with its reasons, and optimizers that exist', () => {
    for (const answers of everything) {
      const { best, others, schedule } = advise(answers)
      expect(best.reasons.length, JSON.stringify(answers)).toBeGreaterThan(0)
      expect(best.points).toBeGreaterThan(0)
      for (const { optimizer, points } of others) {
        expect(ids).toContain(optimizer)
        expect(points).toBeLessThanOrEqual(best.points)
      }
      expect(ids).toContain(best.optimizer)
      expect(others.map(({ optimizer }) => optimizer)).not.toContain(best.optimizer)
      expect(applies(schedule.when, answers)).toBe(true)
    }
  })

  test('sets up an experiment that can run: the recommended optimizer, others and SGD', () => {
    for (const answers of everything) {
      const advice = advise(answers)
      for (const locale of ['en', 'zh-CN'] as const) {
        const raw = comparisonOf(answers, advice, locale)
        const series = expand(experiment.parse(raw)) // throws where anything could not run
        const used = new Set(series.map(({ settings }) => settings.optimizer))
        expect(used).toContain(advice.best.optimizer)
        expect(used).toContain('sgd')
        expect(used.size).toBeGreaterThanOrEqual(2)
        for (const { settings } of series) {
          expect(settings.workload).toBe(standFor(answers).workload)
          expect(settings.set['lr']).toBeGreaterThan(0)
        }
        const perOptimizer = answers.tuning === 'none' ? 1 : answers.tuning === 'rate' ? 3 : 5
        expect(series).toHaveLength(perOptimizer * used.size)
      }
    }
  })

  test('has a comparison with at least three seeds', () => {
    for (const answers of everything) expect(standFor(answers).seeds).toBeGreaterThanOrEqual(3)
  })
})

describe('the tutorial’s advice on choosing', () => {
  test('simple low-dimensional problems → GD or SGD', () => {
    for (const noise of ['exact', 'batches'] as const) expect(best({ network: 'convex', noise })).toBe('sgd')
  })
  test('noisy gradients → momentum or Nesterov', () => {
    for (const network of ['convex', 'small'] as const)
      expect(['momentum', 'nesterov']).toContain(best({ network, noise: 'noisy' }))
  })
  test('sparse data → Adagrad or RMSProp', () => {
    for (const network of ['convex', 'small'] as const)
      expect(['adagrad', 'rmsprop']).toContain(best({ network, sparsity: 'sparse' }))
    const { best: chosen, others } = advise({ ...usualAnswers, network: 'deep', sparsity: 'sparse' })
    expect([chosen, ...others].map(({ optimizer }) => optimizer)).toContain('adam')
  })
  test('deep networks → Adam and its variants', () => {
    for (const network of ['deep', 'attention'] as const)
      for (const tuning of ['none', 'rate', 'full'] as const)
        expect(['adam', 'adamw', 'nadam', 'amsgrad', 'yogi', 'radam']).toContain(best({ network, tuning }))
  })
  test('each of the four cites the tutorial', () => {
    for (const id of ['simple-problems', 'noisy-gradients', 'sparse-data', 'deep-networks'])
      expect(adviceRules.find((rule) => rule.id === id)?.papers).toContain('d2l')
  })
})

test('every rule can apply, is told in both languages, cites papers and names optimizers that exist', () => {
  expect(new Set(adviceRules.map(({ id }) => id)).size).toBe(adviceRules.length)
  for (const { id, when, points, reason, papers: cited } of adviceRules) {
    expect(
      everything.some((answers) => applies(when, answers)),
      id,
    ).toBe(true)
    expect(
      everything.every((answers) => applies(when, answers)),
      id,
    ).toBe(false)
    for (const optimizer of Object.keys(points)) expect(ids).toContain(optimizer)
    expect(reason.en).not.toMatch(/[\u4e00-\u9fff]/)
    expect(reason['zh-CN']).toMatch(/[\u4e00-\u9fff]/)
    expect(cited.length, id).toBeGreaterThan(0)
    for (const paper of cited) expect(Object.keys(papers)).toContain(paper)
  }
  // Of the schedules, too, each is somebody's.
  for (const advice of scheduleAdvice)
    expect(
      everything.some((answers) => advise(answers).schedule === advice),
      advice.reason.en,
    ).toBe(true)
})

test('what the comparison cannot stand for is said', () => {
  expect(limitsOf(usualAnswers)).toEqual([])
  expect(
    limitsOf({ ...usualAnswers, network: 'attention', sparsity: 'sparse', data: 'large', noise: 'exact' }),
  ).toHaveLength(4)
})
