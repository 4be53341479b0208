/** ECharts' own symbols, as paths in a box of 10 × 10, like those of src/charts/palette.ts. */
const shapes: Readonly<Record<string, string>> = {
  circle: 'M5,0A5,5 0 1 1 5,10A5,5 0 1 1 5,0Z',
  rect: 'M0.5,0.5h9v9h-9Z',
  triangle: 'M5,0.5L10,9.5L0,9.5Z',
  diamond: 'M5,0L10,5L5,10L0,5Z',
}

/** A series' marker as an SVG path in a box of 10 × 10. */
export const markerPath = (marker: string): string => shapes[marker] ?? marker.replace('path://', '')
