/**
 * Colours, dashes and markers. Hues are Okabe & Ito's (2008, "Color Universal Design"), moved in lightness until
 * each reaches 3:1 against its ground; in the light theme orange, yellow and sky blue are darker than published and
 * blue and yellow spread further apart, so that every pair stays distinguishable under simulated protanopia,
 * deuteranopia and tritanopia (Machado et al. 2009). Dash and marker say the same thing again.
 */
export const hueNames = ['ink', 'orange', 'sky', 'green', 'gold', 'blue', 'vermillion', 'purple'] as const
export type HueName = (typeof hueNames)[number]

export const hues: Record<'light' | 'dark', Record<HueName, string>> = {
  light: {
    ink: '#24292f',
    orange: '#c98200',
    sky: '#3098de',
    green: '#0a9a78',
    gold: '#4f5200',
    blue: '#0b559f',
    vermillion: '#d84a10',
    purple: '#d863ac',
  },
  dark: {
    ink: '#e6e8eb',
    orange: '#e69f00',
    sky: '#7cbceb',
    green: '#12b886',
    gold: '#f0e442',
    blue: '#2c82d0',
    vermillion: '#d0591a',
    purple: '#d65aa8',
  },
}

/** Lengths of stroke and gap in pixels; the first is a continuous line. */
export const dashes: readonly (readonly number[])[] = [
  [],
  [7, 3],
  [2, 2.5],
  [9, 3, 2, 3],
  [14, 4],
  [9, 3, 2, 3, 2, 3],
]

/** ECharts symbols, all filled. The cross is not among them: it marks divergence. */
export const markers: readonly string[] = [
  'circle',
  'rect',
  'triangle',
  'diamond',
  'path://M0,0L10,0L5,9Z',
  'path://M3.5,0h3v3.5h3.5v3h-3.5v3.5h-3v-3.5h-3.5v-3h3.5z',
  'path://M5,0L6.5,3.5L10,3.8L7.4,6.3L8.1,10L5,8L1.9,10L2.6,6.3L0,3.8L3.5,3.5Z',
  'path://M2.5,0.7h5l2.5,4.3l-2.5,4.3h-5l-2.5,-4.3z',
]
export const divergedMarker = 'path://M1,0L5,4L9,0L10,1L6,5L10,9L9,10L5,6L1,10L0,9L4,5L0,1Z'

/** The hue an optimizer has on every page, and which of the two that share it is dashed by default. */
const optimizerHues: Readonly<Record<string, { hue: HueName; family: 0 | 1 }>> = {
  sgd: { hue: 'ink', family: 0 },
  momentum: { hue: 'blue', family: 0 },
  nesterov: { hue: 'sky', family: 0 },
  adagrad: { hue: 'green', family: 0 },
  rmsprop: { hue: 'orange', family: 0 },
  adadelta: { hue: 'gold', family: 0 },
  adam: { hue: 'vermillion', family: 0 },
  yogi: { hue: 'purple', family: 0 },
  // Those that are compared most often with one another do not share a hue: Adam and AdamW, Momentum and Nesterov.
  asgd: { hue: 'ink', family: 1 },
  adamax: { hue: 'blue', family: 1 },
  nadam: { hue: 'sky', family: 1 },
  lion: { hue: 'green', family: 1 },
  amsgrad: { hue: 'orange', family: 1 },
  adamw: { hue: 'gold', family: 1 },
  rprop: { hue: 'vermillion', family: 1 },
  radam: { hue: 'purple', family: 1 },
}

/** What tells a series apart, in either theme. */
export interface SeriesStyle {
  hue: HueName
  dash: readonly number[]
  marker: string
}

const plainHues: readonly HueName[] = [
  'blue',
  'vermillion',
  'green',
  'purple',
  'orange',
  'sky',
  'gold',
  'ink',
]

/** Style of the series at that place in a figure that does not compare optimizers: hue, dash and marker all change. */
export function styleAt(index: number): SeriesStyle {
  return {
    hue: plainHues[index % plainHues.length] as HueName,
    dash: dashes[index % dashes.length] as readonly number[],
    marker: markers[index % markers.length] as string,
  }
}

/** Hue of an optimizer that the table does not know: always the same, spread by its name. */
function derivedHue(optimizer: string): HueName {
  let hash = 0x811c9dc5
  for (const character of optimizer) hash = Math.imul(hash ^ (character.codePointAt(0) as number), 0x01000193)
  return hueNames[(hash >>> 0) % hueNames.length] as HueName
}

/** Position of an optimizer's hue in `hueNames`, with its dash family: 0 and 1 for the sixteen named ones, else 2. */
export function optimizerHue(optimizer: string): { hue: HueName; family: number } {
  return Object.hasOwn(optimizerHues, optimizer)
    ? (optimizerHues[optimizer] as { hue: HueName; family: number })
    : { hue: derivedHue(optimizer), family: 2 }
}

/**
 * Styles of the series that appear together, by key. The hue depends on the optimizer alone; dash and marker are
 * the optimizer's own unless an earlier series with that hue took them.
 */
export function assignStyles(
  series: readonly { key: string; optimizer: string }[],
): ReadonlyMap<string, SeriesStyle> {
  const styles = new Map<string, SeriesStyle>()
  const taken = new Map<HueName, number[]>()
  for (const { key, optimizer } of series) {
    if (styles.has(key)) continue
    const { hue, family } = optimizerHue(optimizer)
    const used = taken.get(hue) ?? []
    taken.set(hue, used)
    const free = [family, ...dashes.keys()].find((dash) => !used.includes(dash))
    const round = Math.floor(used.length / dashes.length)
    const dash = free ?? (family + used.length) % dashes.length
    // The first of an optimizer has the marker it would have alone.
    const away = (dash - family + dashes.length) % dashes.length
    const marker = (hueNames.indexOf(hue) + family * 4 + away * 3 + round) % markers.length
    used.push(dash)
    styles.set(key, { hue, dash: dashes[dash] as readonly number[], marker: markers[marker] as string })
  }
  return styles
}

/**
 * Styles of the series of one picture, by key: their optimizers' own; where all are of one optimizer, whose hue would
 * tell nothing, hues in turn.
 */
export function pictureStyles(
  series: readonly { key: string; optimizer: string }[],
): ReadonlyMap<string, SeriesStyle> {
  const [first] = series
  return series.length > 1 && series.every(({ optimizer }) => optimizer === first?.optimizer)
    ? new Map(series.map(({ key }, index) => [key, styleAt(index)]))
    : assignStyles(series)
}
