import { expect, test } from 'vitest'
import { expand } from '../../src/experiments/expand.ts'
import { experiment } from '../../src/experiments/experiment.ts'
import { readExperiment } from '../../src/experiments/read.ts'
import { figureCommands } from '../../src/figures/command.ts'
import { experimentOf } from '../../src/figures/experiment.ts'
import type { TrainingFigure } from '../../src/figures/figure.ts'
import { figures } from '../../src/figures/index.ts'
import { writeFile } from '../../renderer/src/pages/experiment/write.ts'

const training = figures.filter((figure): figure is TrainingFigure => figure.kind === 'training')

test.each(training.map((figure) => [figure.id, figure] as const))(
  '%s as an experiment runs exactly the figure’s runs, also by way of its file',
  (_, figure) => {
    for (const locale of ['en', 'zh-CN'] as const) {
      const raw = experimentOf(figure, locale)
      const parsed = experiment.parse(raw)
      const runs = expand(parsed).flatMap(({ settings }) =>
        parsed.seeds.map((seed) => ({ ...settings, seed })),
      )
      expect(runs).toEqual(figure.series.map(({ settings }) => settings))
      expect(readExperiment(writeFile({ ...raw }, ''), 'figure.yaml')).toEqual(parsed)
    }
  },
)

test('every figure has command lines: its picture, and the numbers behind it', () => {
  for (const figure of figures) {
    const [picture, ...numbers] = figureCommands(figure)
    expect(picture).toBe(`npm run -s descent -- figure ${figure.id} --out ${figure.id}.svg`)
    expect(numbers.length).toBe(
      figure.kind === 'training' ? figure.series.length : figure.kind === 'weights' ? 0 : 1,
    )
  }
  const line = (id: string) =>
    figureCommands(figures.find((figure) => figure.id === id) ?? (figures[0] as never))[1]
  expect(line('sgd-2d-inverse-power')).toBe(
    "npm run -s descent -- trace --objective 'x1^2+2*x2^2' --optimizer sgd --set lr=0.1 --start=-5,-2 --steps 50 " +
      '--noise 1 --seed 2 --schedule inverse-power --schedule-set scale=0.1 --schedule-set power=0.5 --schedule-offset=2',
  )
  expect(line('airfoil-time')).toBe('npm run -s descent -- train airfoil --preset airfoil-time:batch-1500')
  expect(line('schedule-multistep')).toBe(
    'npm run -s descent -- schedule multistep --schedule-set base=0.5 --schedule-set milestones=15,30 ' +
      '--schedule-set gamma=0.5 --steps 30',
  )
})
