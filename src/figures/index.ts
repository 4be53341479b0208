import type { Figure } from './figure.ts'
import { subjects } from './subjects.ts'

/** Every figure, subject by subject. */
export const figures: readonly Figure[] = subjects.flatMap(({ figures }) => figures)
