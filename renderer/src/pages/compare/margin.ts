import { computed, shallowRef, watch } from 'vue'
import { defaultMargin } from '../../../../src/comparison/verdict.ts'
import { load, save } from '../../lib/storage.ts'

const name = 'compare.margin'
const saved = load<unknown>(name, defaultMargin)

interface Said {
  /** Of the experiment. */
  readonly id: string
  readonly margin: number
}
/** What the file of the experiment compared says of it; null where it says nothing. */
export const marginOfFile = shallowRef<Said | null>(null)
/** What a person makes of a file's margin is not meant for other experiments. */
const instead = shallowRef<Said | null>(null)
const general = shallowRef(typeof saved === 'number' && saved >= 0 && saved <= 1 ? saved : defaultMargin)
watch(general, (value) => save(name, value))

/** The largest difference that does not matter, as a share of the mean: verdicts, table and reports go by it. */
export const margin = computed({
  get() {
    const said = marginOfFile.value
    if (!said) return general.value
    return instead.value?.id === said.id ? instead.value.margin : said.margin
  },
  set(value) {
    if (marginOfFile.value) instead.value = { id: marginOfFile.value.id, margin: value }
    else general.value = value
  },
})
