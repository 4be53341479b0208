import type { LocalizedText } from '../../locales/localized.ts'
import type { Hyperparameter } from '../../rules/hyperparameter.ts'
import type { ScheduleParameter } from '../../schedules/schedule.ts'
import { DescentError } from '../../contract/errors.ts'
import type { RegisterCommand } from '../command.ts'
import { examples } from '../help.ts'
import { table } from '../table.ts'

interface Listed {
  id: string
  title: string
  description?: string
  /** Why it cannot be had here. */
  reason?: string
  kind?: string
  [more: string]: unknown
}

type Say = (text: LocalizedText) => string

const kinds: Readonly<Record<string, (say: Say) => Promise<Listed[]>>> = {
  async optimizers(say) {
    const { optimizers } = await import('../../optimizers/index.ts')
    const { hyperparametersOf } = await import('../../rules/settle.ts')
    const { formula } = await import('../../rules/formula.ts')
    const { traceRule } = await import('../../rules/program.ts')
    return optimizers.map((rule) => ({
      id: rule.id,
      title: rule.title,
      description: say(rule.description),
      source: rule.source,
      ...(rule.deviation ? { deviation: rule.deviation } : {}),
      formula: formula(traceRule(rule)),
      hyperparameters: Object.entries(hyperparametersOf(rule)).map(([name, declared]) => ({
        name,
        ...hyperparameter(declared),
        meaning: say(declared.meaning),
      })),
    }))
  },
  async schedules(say) {
    const { schedules } = await import('../../schedules/index.ts')
    const { parametersOf } = await import('../../schedules/schedule.ts')
    return schedules.map((schedule) => ({
      id: schedule.id,
      title: say(schedule.title),
      description: say(schedule.description),
      formula: schedule.tex,
      hyperparameters: Object.entries(parametersOf(schedule)).map(([name, parameter]) => ({
        name,
        ...scheduleParameter(parameter),
        meaning: say(parameter.meaning),
      })),
    }))
  },
  async objectives(say) {
    const { objectives } = await import('../../objectives/index.ts')
    return objectives.map(({ id, title, description, expression, range, start, minima }) => ({
      id,
      title: say(title),
      description: say(description),
      expression,
      range,
      start,
      minima,
    }))
  },
  async workloads(say) {
    const { workloads } = await import('../../workloads/index.ts')
    return workloads.map(({ id, title, description, dataset, direct, examples, defaults }) => ({
      id,
      title: say(title),
      description: say(description),
      dataset,
      engine: direct ? 'direct' : 'tensorflow',
      examples,
      defaults,
    }))
  },
  async datasets(say) {
    const { datasets } = await import('../../datasets/index.ts')
    return datasets.map(({ id, title, description, licence, homepage, files }) => ({
      id,
      title: say(title),
      description: say(description),
      licence,
      homepage,
      files: files.map(({ name, urls, sizeBytes, sha1 }) => ({ name, urls, sizeBytes, sha1 })),
    }))
  },
  async figures(say) {
    const { figures } = await import('../../figures/index.ts')
    const { citation, papers: known } = await import('../../figures/papers.ts')
    return figures.map((figure) => {
      const { id, kind, title, caption, papers, ...configuration } = figure
      return {
        id,
        title: say(title),
        kind,
        caption: say(caption),
        sources: papers.map((paper) => citation(known[paper])),
        ...configuration,
        ...(figure.kind === 'training' && {
          series: figure.series.map((one) => ({ ...one, label: say(one.label) })),
        }),
      }
    })
  },
}

export const list: RegisterCommand = (program, act) => {
  program
    .command('list')
    .description(`What there is: ${Object.keys(kinds).join(', ')}.`)
    .addHelpText('after', examples('list optimizers', 'list datasets --json'))
    .argument('<kind>', Object.keys(kinds).join('|'))
    .action(
      act(async (terminal, kind: string) => {
        const collect = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined
        if (!collect) throw await unknownKind(kind)
        const items = await collect((text) => text[terminal.locale])
        terminal.print(items, () =>
          table(
            ['id', 'title', 'description'],
            items.map(({ id, title, description, reason, kind }) => [
              id,
              title,
              description ?? reason ?? kind ?? '',
            ]),
          ),
        )
      }),
    )
}

async function unknownKind(kind: string): Promise<DescentError> {
  const { suggestion } = await import('../../contract/lookup.ts')
  const known = Object.keys(kinds)
  return new DescentError(
    'not-found',
    `There is no list of "${kind}".`,
    `${suggestion(kind, known)}The lists are ${known.join(', ')}.`,
  )
}

/** Default and range; an unbounded side is null. */
function hyperparameter(declared: Hyperparameter): Record<string, unknown> {
  const finite = (bound: number): number | null => (Number.isFinite(bound) ? bound : null)
  switch (declared.kind) {
    case 'number':
      return {
        default: declared.default,
        range: { min: finite(declared.min), max: finite(declared.max), open: declared.open ?? {} },
        scale: declared.scale,
      }
    case 'optional':
      return { default: 'off', range: { min: declared.min, max: null, open: { min: true } } }
    case 'flag':
      return { default: declared.default, range: [true, false] }
    case 'choice':
      return { default: declared.default, range: declared.choices }
  }
}

function scheduleParameter(parameter: ScheduleParameter): Record<string, unknown> {
  if (parameter.kind === 'list')
    return { default: parameter.default, range: parameter.increasing ? 'increasing numbers' : 'numbers' }
  return {
    default: Number.isNaN(parameter.default) ? null : parameter.default,
    range: { min: parameter.min, max: null },
  }
}
