import { z } from 'zod'
import { settingMap, type SettingMap } from '../../../../../src/experiments/settings.ts'
import { packed, unpacked } from '../../../../../src/playground/link.ts'
import { linearRules } from '../../../../../src/stability/quadratic.ts'
import { useDraft } from '../../../stores/drafts.ts'
import { useStateInAddress } from '../address.ts'

/** An optimizer and what of it is not at its default. */
export interface StabilityWalker {
  optimizer: string
  set: SettingMap
}

const positive = z.number().gt(0)
const walkers = z
  .array(z.strictObject({ optimizer: z.string(), set: settingMap }))
  .min(1)
  .max(8)

/** What the view shows; its address carries it. */
const stabilityDraft = z.strictObject({
  part: z.enum(['region', 'basins', 'sweep']),
  region: z.strictObject({
    rule: z.enum(linearRules),
    two: z.boolean(),
    /** With one direction only `greatest` counts. */
    least: positive,
    greatest: positive,
    lr: z.number().min(0),
    momentum: z.number().min(0),
  }),
  basins: z.strictObject({
    /** Expressions, or ids of named objectives. */
    objective: z.string(),
    steps: z.int().min(1).max(100_000),
    fine: z.boolean(),
    /** From here both show a walk. */
    start: z.tuple([z.number(), z.number()]),
    walkers,
  }),
  sweep: z.strictObject({
    objective: z.string(),
    start: z.string(),
    steps: z.int().min(1).max(1_000_000),
    least: positive,
    greatest: positive,
    walkers,
    /** Whose rate a click sets. */
    active: z.int().min(0),
  }),
})
type StabilityDraft = z.infer<typeof stabilityDraft>

/** The address says what is on the page. */
export function useStabilityAddress(draft: StabilityDraft): void {
  useStateInAddress({
    path: '/playground/stability',
    state: draft,
    write: () => packed(draft),
    read: (text) => void Object.assign(draft, stabilityDraft.parse(unpacked(text))),
  })
}

/** What a person last looked at in the stability view. */
export const useStability = () =>
  useDraft<StabilityDraft>('stability', {
    part: 'region',
    region: { rule: 'momentum', two: true, least: 0.2, greatest: 4, lr: 0.2, momentum: 0.8 },
    basins: {
      objective: 'himmelblau',
      steps: 200,
      fine: true,
      start: [-0.5, -0.5],
      walkers: [
        { optimizer: 'sgd', set: { lr: 0.01 } },
        { optimizer: 'momentum', set: { lr: 0.01, momentum: 0.9 } },
      ],
    },
    sweep: {
      objective: 'narrow-valley',
      start: '-5, -2',
      steps: 60,
      least: 1e-3,
      greatest: 10,
      walkers: [
        { optimizer: 'sgd', set: { lr: 0.3 } },
        { optimizer: 'momentum', set: { lr: 0.4, momentum: 0.5 } },
        { optimizer: 'adam', set: { lr: 0.2 } },
      ],
      active: 0,
    },
  })
