import { computed, markRaw, type ComputedRef } from 'vue'
import { pictureStyles, type SeriesStyle } from '../../../../src/charts/palette.ts'
import type { TraceFigure } from '../../../../src/figures/figure.ts'
import { figures } from '../../../../src/figures/index.ts'
import { linkOf, readLink } from '../../../../src/playground/link.ts'
import { RaceTrack, type Race } from '../../../../src/playground/race.ts'
import {
  playgroundState,
  stateOfFigure,
  type PlaygroundState,
  type PlaygroundWalker,
} from '../../../../src/playground/state.ts'
import { useDraft } from '../../stores/drafts.ts'
import { useStateInAddress } from './address.ts'

/** The tutorial's settings, as states to begin with. */
export const presets = figures.filter((figure): figure is TraceFigure => figure.kind === 'trace')
const first = presets.find(({ id }) => id === 'momentum-2d-0.5') ?? presets[0]
if (!first) throw new Error('no trace figure')
const opening = stateOfFigure(first)

/** The playground as the person left it; what an earlier version saved and this one cannot read is let go. */
export function usePlayground(): PlaygroundState {
  const state = useDraft<PlaygroundState>('playground', opening)
  const saved = playgroundState.safeParse(state)
  take(state, saved.success ? saved.data : opening)
  return state
}

/** Another state in place of this one, whole. */
export function take(state: PlaygroundState, taken: PlaygroundState): void {
  const { walkers, ...rest } = structuredClone(taken)
  Object.assign(state, rest, { walkers: walkers.map(markRaw) })
}

/**
 * A walker as the state holds it: replaced whole, never changed within, so that nothing in it needs to be followed. In
 * every frame of a drag all that is followed is visited.
 */
export const held = (walker: PlaygroundWalker): PlaygroundWalker => markRaw({ ...walker })

const track = new RaceTrack()

export const useRace = (state: PlaygroundState): ComputedRef<Race> => computed(() => track.run(state))

export function useStyles(state: PlaygroundState): ComputedRef<readonly SeriesStyle[]> {
  // As a text, so that a rate that is dragged does not give every optimizer a new style to be drawn with.
  const optimizers = computed(() => state.walkers.map(({ optimizer }) => optimizer).join())
  return computed(() => {
    const keyed = optimizers.value
      .split(',')
      .filter(Boolean)
      .map((optimizer, i) => ({ key: String(i), optimizer }))
    const assigned = pictureStyles(keyed)
    return keyed.map(({ key }) => assigned.get(key) as SeriesStyle)
  })
}

/** The address says what is on the page. */
export function useAddress(state: PlaygroundState): void {
  useStateInAddress({
    path: '/playground',
    state,
    write: () => linkOf(state).split('s=')[1] ?? null,
    read: (text) => take(state, readLink(text)),
  })
}
