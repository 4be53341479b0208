import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { median, spread, type Benchmark } from './measure.ts'

const descent = fileURLToPath(new URL('../../bin/descent.js', import.meta.url))

/** From the shell to the answer, npm's own start not counted. */
export const startUp: Benchmark = {
  name: 'start-up',
  run() {
    const trace = '0.1*x1^2+2*x2^2'
    return Promise.resolve([
      timed('descent --help', ['--help'], 0.2),
      timed(
        'descent trace, 20 steps',
        ['trace', '--objective', trace, '--start=-5,-2', '--steps', '20', '--json'],
        0.5,
      ),
    ])
  },
}

function timed(what: string, args: string[], bound: number) {
  const once = (): number => {
    const started = performance.now()
    execFileSync(process.execPath, [descent, ...args], { stdio: 'ignore' })
    return (performance.now() - started) / 1000
  }
  once() // fills the compile cache, as the first use of a day does
  const seconds = Array.from({ length: 9 }, once)
  return { what, value: median(seconds), unit: 's', bound, how: spread(seconds) }
}
