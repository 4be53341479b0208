import { shallowRef, watch } from 'vue'
import { defaultMargin } from '../../../../src/comparison/verdict.ts'
import { load, save } from '../../lib/storage.ts'

const name = 'compare.margin'
const saved = load<unknown>(name, defaultMargin)

/** The largest difference that does not matter, as a share of the mean: verdicts, table and reports go by it. */
export const margin = shallowRef(
  typeof saved === 'number' && saved >= 0 && saved <= 1 ? saved : defaultMargin,
)
watch(margin, (value) => save(name, value))
