import type { RunSettings } from '../../../../src/experiments/settings.ts'
import { seriesKey } from '../../../../src/experiments/canonical.ts'

/** Equal for runs with equal settings, seed included. */
export const runKey = (settings: RunSettings): string => `${settings.seed} ${seriesKey(settings)}`
