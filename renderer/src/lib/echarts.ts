import { BarChart } from 'echarts/charts'
import { AxisPointerComponent, DataZoomInsideComponent, TooltipComponent } from 'echarts/components'
import { init, use, type EChartsType } from 'echarts/core'
import { CanvasRenderer, SVGRenderer } from 'echarts/renderers'
import type { EChartsOption } from 'echarts'
import { chartModules } from '../../../src/charts/modules.ts'

use([
  ...chartModules,
  BarChart,
  TooltipComponent,
  AxisPointerComponent,
  DataZoomInsideComponent,
  CanvasRenderer,
  SVGRenderer,
])

export { init, type EChartsType }

/** The figure as a standalone SVG file, legend and notes included. */
export function toSvg(option: EChartsOption, width: number, height: number, background: string): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height })
  chart.setOption({ ...option, animation: false, backgroundColor: background })
  const svg = chart.renderToSVGString()
  chart.dispose()
  return svg
}

/** The figure as a PNG, `scale` pixels a point. */
export function toPng(
  option: EChartsOption,
  width: number,
  height: number,
  background: string,
  scale: number,
): Promise<Blob> {
  const canvas = document.createElement('canvas')
  const chart = init(canvas, null, { renderer: 'canvas', width, height, devicePixelRatio: scale })
  chart.setOption({ ...option, animation: false, backgroundColor: background })
  return new Promise((resolve, reject) => {
    chart.getZr().flush()
    canvas.toBlob((blob) => {
      chart.dispose()
      if (blob) resolve(blob)
      else reject(new Error('The browser made no picture.'))
    }, 'image/png')
  })
}
