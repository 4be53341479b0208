import type { RunSettings } from '../../../../src/experiments/settings.ts'
import { seriesKey } from '../../stores/series.ts'

/** Equal for runs with equal settings, seed included. */
export const runKey = (settings: RunSettings): string => `${settings.seed} ${seriesKey(settings)}`
