import { adamAndAfter } from './adam.ts'
import { rates } from './rates.ts'
import type { Chapter, Station } from './station.ts'
import { valleys } from './valleys.ts'

/** The walk through the subject, in the order in which it is told. */
export const chapters: readonly Chapter[] = [...rates, ...valleys, ...adamAndAfter]

export const stations: readonly Station[] = chapters.flatMap(({ stations }) => stations)
