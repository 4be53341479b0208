import { z } from 'zod'
import { optimizers } from '../optimizers/index.ts'
import type { Hyperparameter } from '../rules/hyperparameter.ts'
import { hyperparametersOf } from '../rules/settle.ts'
import { schedules } from '../schedules/index.ts'
import { parametersOf, type ScheduleParameter } from '../schedules/schedule.ts'
import { workloads } from '../workloads/index.ts'
import { experiment } from './experiment.ts'

export type JsonSchema = z.core.JSONSchema.BaseSchema

/** What an editor says of a key when a person points at it. */
export const keyDescriptions = {
  title: 'Heads the report.',
  question: 'What the comparison should answer; printed at the head of the report.',
  language: 'Of the report.',
  workloads: 'What is trained: one, or a list.',
  optimizers: 'What is compared. A list of values in `set` fans out into one series a value.',
  schedules: 'How the learning rate changes: one, or a list that crosses every optimizer.',
  batch: 'Examples a step: one number, or a list that crosses every series.',
  epochs: 'Passes over the training examples; by default the workload’s.',
  seeds: 'How many (0 … n − 1), or a list of them. Below six that two series share, no verdict is given.',
  tuning: 'Tunes what `search` names before the comparison, with as many trials for each optimizer.',
  validation:
    'Share of the training examples that the runs compared set aside too; the test set stays closed.',
  stop: 'Ends runs before their last epoch, at a target or when they no longer get better.',
  targets: 'What time to target goes by, in place of targets made of the results.',
  margin: 'The largest difference that does not matter, as a share of the mean.',
  cutFrom: 'What there was before a time limit took it away; written by the program.',
  device: 'auto, cpu, gpu, gpu:1, webgpu or portable.',
  initialiser: 'How networks start, where not as their workload says.',
} as const satisfies Record<keyof typeof experiment.shape, string>

/**
 * The form of experiment files as JSON Schema (draft 7), for editors that complete and check YAML and JSON. It knows every
 * workload, optimizer and schedule with their parameters; bounds that hang together are checked by `readExperiment` alone.
 */
export function experimentSchema(): JsonSchema {
  const schema = z.toJSONSchema(experiment, { io: 'input', target: 'draft-7' }) as JsonSchema
  const properties = schema.properties as Record<string, JsonSchema>
  const schedule = completed(properties['schedules'], schedules, (one) =>
    settingsOf(parametersOf(one), scheduleValue),
  )
  const known: Record<string, JsonSchema> = {
    ...properties,
    workloads: completed(properties['workloads'], workloads),
    schedules: schedule,
    optimizers: completed(
      properties['optimizers'],
      optimizers,
      (one) => settingsOf(hyperparametersOf(one), optimizerValue),
      { schedules: schedule },
    ),
  }
  return {
    ...schema,
    title: 'Descent Lab experiment',
    properties: Object.fromEntries(
      Object.entries(known).map(([key, value]) => [
        key,
        { description: keyDescriptions[key as keyof typeof keyDescriptions], ...value },
      ]),
    ),
  }
}

interface Named {
  readonly id: string
  readonly title: string | { readonly en: string }
}

/** The schema with ids of these where it has text that is one, and with what each takes where it has an object with an id. */
function completed<T extends Named>(
  schema: JsonSchema | undefined,
  all: readonly T[],
  settings?: (one: T) => JsonSchema,
  others: Record<string, JsonSchema> = {},
): JsonSchema {
  const ids: JsonSchema = {
    oneOf: all.map(({ id, title }) => ({
      const: id,
      description: typeof title === 'string' ? title : title.en,
    })),
  }
  const complete = (node: JsonSchema): JsonSchema => {
    if (node.type === 'string') return ids
    if (node.anyOf) return { ...node, anyOf: node.anyOf.map((one) => complete(one)) }
    if (node.type === 'array') return { ...node, items: complete(node.items as JsonSchema) }
    if (!settings || !node.properties?.['id']) return node
    return {
      ...node,
      properties: { ...node.properties, ...others, id: ids },
      allOf: all.map((one) => ({
        if: { properties: { id: { const: one.id } } },
        then: settings(one),
      })),
    }
  }
  return complete(schema ?? {})
}

/** Each name with what it means and may be; other names are refused. */
function settingsOf<T>(known: Readonly<Record<string, T>>, valueOf: (declared: T) => JsonSchema): JsonSchema {
  const names = Object.keys(known)
  const set = Object.fromEntries(Object.entries(known).map(([name, one]) => [name, valueOf(one)]))
  return {
    properties: {
      set: { properties: set, additionalProperties: false },
      search: { propertyNames: { enum: names } },
    },
  }
}

function optimizerValue(declared: Hyperparameter): JsonSchema {
  const description = declared.meaning.en
  switch (declared.kind) {
    case 'number':
      return orList({ type: 'number', ...bounds(declared) }, { description, default: declared.default })
    case 'optional':
      return orList(
        { anyOf: [{ const: 'off' }, { type: 'number', exclusiveMinimum: declared.min }] },
        { description, default: 'off' },
      )
    case 'flag':
      return orList({ type: 'boolean' }, { description, default: declared.default })
    case 'choice':
      return orList({ enum: [...declared.choices] }, { description, default: declared.default })
  }
}

/** One value, or a list that fans out. */
const orList = (value: JsonSchema, about: JsonSchema): JsonSchema => ({
  ...about,
  anyOf: [value, { type: 'array', items: value, minItems: 1 }],
})

function bounds({ min, max, open }: Extract<Hyperparameter, { kind: 'number' }>): JsonSchema {
  return {
    ...(Number.isFinite(min) && (open?.min ? { exclusiveMinimum: min } : { minimum: min })),
    ...(Number.isFinite(max) && (open?.max ? { exclusiveMaximum: max } : { maximum: max })),
  }
}

function scheduleValue(declared: ScheduleParameter): JsonSchema {
  const description = declared.meaning.en
  const least = Number.isFinite(declared.min) ? { minimum: declared.min } : {}
  if (declared.kind === 'list') return { description, type: 'array', items: { type: 'number', ...least } }
  const type = declared.kind === 'integer' ? ('integer' as const) : ('number' as const)
  return {
    description,
    type,
    ...least,
    ...(Number.isFinite(declared.default) && { default: declared.default }),
  }
}
