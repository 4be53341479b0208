/** What main and the child between it and the lab tell each other, beside the frames. */
export interface ToChild {
  readonly id: number
  /** How many runs wait or are trained; `pause` first keeps them, with their checkpoints, for later. */
  readonly ask: 'going' | 'pause'
}

export type FromChild =
  | { readonly type: 'ready' }
  /** `going` is null where the lab did not do what was asked. */
  | { readonly type: 'answer'; readonly id: number; readonly going: number | null }
  | { readonly type: 'ended'; readonly reason: 'lost' | 'unavailable'; readonly message: string }
