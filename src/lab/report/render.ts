import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { EChartsOption } from 'echarts'
import * as echarts from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { chartModules } from '../../charts/modules.ts'
import { fontStack, themes, type ThemeName } from '../../charts/theme.ts'

echarts.use([...chartModules, SVGRenderer])

export interface RenderSvgOptions {
  width: number
  height: number
  theme: ThemeName
  /** Begins every id inside, so that several figures can share a page. */
  id?: string
  /** What a screen reader says first, and then. */
  title?: string
  description?: string
  /** Painted behind the figure unless `transparent`. */
  transparent?: boolean
}

/** A figure as an SVG document: deterministic, real text, no script, no style sheet, no external reference. */
export function renderSvg(option: EChartsOption, options: RenderSvgOptions): string {
  const { width, height, theme } = options
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height })
  try {
    chart.setOption({ ...option, animation: false, backgroundColor: 'transparent' })
    return normalised(chart.renderToSVGString({ useViewBox: true }), options, themes[theme].background)
  } finally {
    // An undisposed chart keeps Node alive.
    chart.dispose()
  }
}

/** Removes what ECharts adds for the mouse and counts up from run to run; shortens numbers to a hundredth of a pixel. */
function normalised(svg: string, options: RenderSvgOptions, background: string): string {
  const { width, height, id = 'figure', title, description, transparent = false } = options
  const ids = new Map<string, string>()
  const named = (old: string) => {
    const known = ids.get(old) ?? `${id}-${ids.size}`
    ids.set(old, known)
    return known
  }
  const body = svg
    .replace(/^<svg[^>]*>\n?/, '')
    .replace(/<\/svg>\s*$/, '')
    .replace(/<style\s*>[\s\S]*?<\/style>\n?/g, '')
    .replace(
      /<rect width="[\d.]+" height="[\d.]+" x="0" y="0" fill="(?:none|transparent|rgba\(0,0,0,0\))"[^>]*><\/rect>\n?/,
      '',
    )
    // Invisible areas that only catch the mouse.
    .replace(
      /<path d="[^"]*"(?: transform="[^"]*")? fill="none" pointer-events="visible" ecmeta[^>]*><\/path>\n?/g,
      '',
    )
    .replace(/ (?:class|ecmeta_[a-z_]+|pointer-events|xml:space)="[^"]*"/g, '')
    .replace(/\bid="([^"]*)"/g, (_match, old: string) => `id="${named(old)}"`)
    .replace(/url\(#([^)]*)\)/g, (_match, old: string) => `url(#${named(old)})`)
    .replace(
      /(<(?:path|polygon|polyline)[^>]*? (?:d|points)=")([^"]*)"/g,
      (_match, start: string, data: string) => `${start}${shortened(data)}"`,
    )
    .replace(/translate\(([^)]*)\)/g, (_match, data: string) => `translate(${shortened(data)})`)
    .replace(/font-family:[^;"]*;?/g, '')
    .replace(/font: normal (\d+px)[^;"]*;?/g, 'font-size:$1;')
    .replace(/ style=""/g, '')
    .replace(/(<\w+[^>]*?) >/g, '$1>')
    .replace(/\n+/g, '\n')
    .trim()
  const font = 'font-family="' + fontStack.replaceAll('"', "'") + '"'
  const labels = [...(title ? [`${id}-title`] : []), ...(description ? [`${id}-desc`] : [])]
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ${font} role="img"` +
      (labels.length > 0 ? ` aria-labelledby="${labels.join(' ')}"` : '') +
      '>',
    ...(title ? [`<title id="${id}-title">${escapeXml(title)}</title>`] : []),
    ...(description ? [`<desc id="${id}-desc">${escapeXml(description)}</desc>`] : []),
    ...(transparent ? [] : [`<rect width="${width}" height="${height}" fill="${background}"/>`]),
    body,
    '</svg>',
  ].join('\n')
}

function shortened(data: string): string {
  return data.replace(/-?\d+\.\d{3,}(?:e-?\d+)?/g, (number) => String(Math.round(Number(number) * 100) / 100))
}

export function escapeXml(text: string): string {
  return (
    text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&#39;')
      // eslint-disable-next-line no-control-regex -- XML has no way to write these characters.
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
  )
}

const bundledFonts = ['descent-sans.ttf', 'descent-sans-cjk.otf'].map((name) =>
  fileURLToPath(new URL(`../../../resources/fonts/${name}`, import.meta.url)),
)

/**
 * The figure as PNG; `scale` 2 doubles the pixels. Text is set in the bundled fonts, so that a figure has the same
 * pixels on every machine; characters it lacks (rare hanzi, emoji) come from the system's fonts.
 */
export async function renderPng(svg: string, scale = 2): Promise<Buffer> {
  const { Resvg } = await import('@resvg/resvg-js')
  const bundled = bundledFonts.every((file) => existsSync(file))
  const image = new Resvg(bundled ? svg.replace('font-family="', "font-family=\"'Descent Sans', ") : svg, {
    fitTo: { mode: 'zoom', value: scale },
    font: {
      loadSystemFonts: true,
      ...(bundled && {
        fontFiles: bundledFonts,
        defaultFontFamily: 'Descent Sans',
        sansSerifFamily: 'Descent Sans',
      }),
    },
  })
  return image.render().asPng()
}
