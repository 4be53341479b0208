/** Whose mistakes are shown: all on one class, or those taken for one other. */
export interface Chosen {
  readonly label: number
  readonly predicted: number | null
}
