import { z } from 'zod'

const value = z.union([z.number(), z.boolean(), z.string()])
const ascending = ([low, high]: readonly [number, number]): boolean => low < high
const range = z.tuple([z.number(), z.number()]).refine(ascending, 'two numbers, the smaller one first')

/** What is tried of a hyperparameter: some values, or a range and the scale on which it is uniform. */
export const dimension = z.union([
  z.strictObject({ values: z.array(value).min(2) }),
  z.strictObject({ uniform: range }),
  z.strictObject({ log: range.refine(([low]) => low > 0, 'two numbers above 0') }),
  /** Uniform in log(1 − x): for momenta and decays near 1. */
  z.strictObject({ logOneMinus: range.refine(([, high]) => high < 1, 'two numbers below 1') }),
])
export type Dimension = z.infer<typeof dimension>

/** A search space: what is tuned, by name, in the file's order. */
export const searchSpace = z.record(z.string(), dimension)
export type Space = Readonly<Record<string, Dimension>>
