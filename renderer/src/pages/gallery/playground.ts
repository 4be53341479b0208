import { linkOf } from '../../../../src/playground/link.ts'
import type { PlaygroundState } from '../../../../src/playground/state.ts'

/** Where a state can be played with, as the router goes there. */
export const playgroundRoute = (state: PlaygroundState): string => linkOf(state).replace(/^#/, '')
