import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { median, spread, type Benchmark } from './measure.ts'
import { builtPage, launch, openPage } from './page.ts'

const descent = fileURLToPath(new URL('../../bin/descent.js', import.meta.url))
const samples = 5

/** From `descent serve` to a page that has its lab. The browser is there already, as a person's is. */
export const pageStart: Benchmark = {
  name: 'page-start',
  async run() {
    builtPage()
    const browser = await launch()
    const served: number[] = []
    const shown: number[] = []
    try {
      // The first fills the compile cache, as the first use of a day does.
      for (let i = 0; i <= samples; i++) {
        const folder = mkdtempSync(join(tmpdir(), 'descent-bench-'))
        const started = performance.now()
        const server = spawn(process.execPath, [descent, 'serve', '--json'], {
          env: { ...process.env, DESCENT_HOME: join(folder, 'home'), DESCENT_CACHE: join(folder, 'cache') },
          stdio: ['ignore', 'pipe', 'ignore'],
        })
        try {
          const [line] = (await once(createInterface(server.stdout), 'line')) as [string]
          const listening = performance.now()
          const page = await openPage(browser, (JSON.parse(line) as { url: string }).url)
          if (i > 0) {
            served.push((listening - started) / 1000)
            shown.push((performance.now() - started) / 1000)
          }
          await page.close()
        } finally {
          server.kill('SIGINT')
          await once(server, 'exit')
          rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
        }
      }
    } finally {
      await browser.close()
    }
    return [
      {
        what: 'from `descent serve` to the page with its lab',
        value: median(shown),
        unit: 's',
        bound: 2,
        how: `${spread(shown)}; of these until it listens ${spread(served)}`,
      },
    ]
  },
}
