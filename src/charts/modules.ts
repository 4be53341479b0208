import { CustomChart, LineChart, ScatterChart } from 'echarts/charts'
import { GraphicComponent, GridComponent, LegendPlainComponent } from 'echarts/components'
import { LabelLayout } from 'echarts/features'

/** The parts of ECharts that the figures of this folder use; register them (`use(chartModules)`) beside a renderer. */
export const chartModules = [
  LineChart,
  ScatterChart,
  CustomChart,
  GridComponent,
  LegendPlainComponent,
  GraphicComponent,
  LabelLayout,
]
