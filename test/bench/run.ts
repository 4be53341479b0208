/** `npm run bench [-- NAME …]`: speed, as ratios taken in one run. Quiet machine, please. */
import { directEngine } from './direct-engine.ts'
import { library } from './library.ts'
import { livePage } from './live-page.ts'
import { pageCompare } from './page-compare.ts'
import { pagePlayground } from './page-playground.ts'
import { pageStart } from './page-start.ts'
import { runsTable } from './runs-table.ts'
import { startUp } from './start-up.ts'
import { tensorEngine } from './tensor-engine.ts'

const wanted = process.argv.slice(2)
let missed = 0
for (const benchmark of [
  startUp,
  library,
  directEngine,
  tensorEngine,
  pageStart,
  livePage,
  pageCompare,
  pagePlayground,
  runsTable,
]) {
  if (wanted.length > 0 && !wanted.includes(benchmark.name)) continue
  console.log(`\n${benchmark.name}`)
  for (const { what, value, unit, bound, how } of await benchmark.run()) {
    const met = bound === undefined || value <= bound
    if (!met) missed++
    const verdict = bound === undefined ? '' : `  (at most ${bound} ${unit}: ${met ? 'met' : 'MISSED'})`
    console.log(`  ${what}: ${Number(value.toPrecision(3))} ${unit}${verdict}\n    ${how}`)
  }
}
process.exitCode = missed > 0 ? 1 : 0
