import { hues, type HueName } from './palette.ts'

export type ThemeName = 'light' | 'dark' | 'print'

/** Every colour a figure may use; text reaches 4.5:1 and graphics 3:1 against `background`. */
export interface ChartTheme {
  name: ThemeName
  background: string
  text: string
  quiet: string
  axis: string
  grid: string
  contour: string
  bad: string
  hues: Readonly<Record<HueName, string>>
}

const light: ChartTheme = {
  name: 'light',
  background: '#ffffff',
  text: '#1f2328',
  quiet: '#59636e',
  axis: '#818b98',
  grid: '#e4e8ec',
  contour: '#6b83a3',
  bad: '#c1121f',
  hues: hues.light,
}

const dark: ChartTheme = {
  name: 'dark',
  background: '#15181c',
  text: '#e4e7eb',
  quiet: '#9ea7b3',
  axis: '#76808c',
  grid: '#2a2f37',
  contour: '#7f98ba',
  bad: '#ff7b72',
  hues: hues.dark,
}

/** Paper: the light theme with black text, and a grid that survives a laser printer. */
const print: ChartTheme = {
  ...light,
  name: 'print',
  text: '#000000',
  quiet: '#3d444d',
  axis: '#57606a',
  grid: '#d9dee3',
}

export const themes: Readonly<Record<ThemeName, ChartTheme>> = { light, dark, print }

/** Light colour → dark colour for everything a light figure contains, so that a page can restyle an inlined one. */
export const darkOf: ReadonlyMap<string, string> = new Map([
  ...(['background', 'text', 'quiet', 'axis', 'grid', 'contour', 'bad'] as const).map(
    (role): [string, string] => [light[role], dark[role]],
  ),
  ...(Object.keys(light.hues) as HueName[]).map((hue): [string, string] => [light.hues[hue], dark.hues[hue]]),
])

export const fontStack =
  "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Descent Sans', 'Descent Sans CJK', sans-serif"

/** Width of a text in pixels, near enough to reserve room for it without a canvas. */
export function textWidth(text: string, fontSize = 12): number {
  let em = 0
  for (const character of text) {
    const code = character.codePointAt(0) as number
    if (code >= 0x2e80) em += 1
    else if ("ilj.,:;|!'()[]{}tfrI ".includes(character)) em += 0.34
    else if ('mwMW@%—'.includes(character)) em += 0.88
    else em += code >= 65 && code <= 90 ? 0.66 : 0.57
  }
  // A tenth more: system fonts differ, and Verdana's kin are wide.
  return em * fontSize * 1.1
}

/** The text, or its ends with an ellipsis between where it is wider than `width`: labels tend to differ at their ends. */
export function ellipsis(text: string, width: number, fontSize = 12): string {
  if (textWidth(text, fontSize) <= width) return text
  const characters = [...text]
  for (let kept = characters.length - 1; kept > 1; kept--) {
    const tail = Math.floor(kept * 0.45)
    const shortened = `${characters
      .slice(0, kept - tail)
      .join('')
      .trimEnd()}…${characters
      .slice(characters.length - tail)
      .join('')
      .trimStart()}`
    if (textWidth(shortened, fontSize) <= width) return shortened
  }
  return '…'
}
