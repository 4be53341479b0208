import { shallowRef } from 'vue'

export const fromSelection = 'selection'
export const fromAll = 'all'

/** What Compare shows: the selection of the Runs page, everything, or an experiment's id; null leaves it to the page. */
export const chosenSource = shallowRef<string | null>(null)
