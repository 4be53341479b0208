import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { InvalidArgumentError } from 'commander'
import { DescentError } from '../../contract/errors.ts'
import type { RegisterCommand } from '../command.ts'

export const serve: RegisterCommand = (program, act) => {
  program
    .command('serve')
    .description('Serves the pages to browsers on this machine until it is stopped (Ctrl-C).')
    .option('--port <port>', 'port on 127.0.0.1; 0 takes a free one', port, 0)
    .option('--no-build', 'serve the page as it was built last, even if its sources have changed')
    .action(
      act(async (terminal, options: { port: number; build: boolean }) => {
        const { startServer } = await import('../../server/server.ts')
        const { stopped } = await import('../../server/stopped.ts')
        const { places } = await import('../../lab/places.ts')
        if (options.build) buildIfStale()
        const server = await startServer({
          places: places(),
          page: fileURLToPath(new URL('../../../out/renderer', import.meta.url)),
          port: options.port,
        })
        terminal.print({ url: server.url }, () => server.url)
        terminal.note(
          'Open this address in a browser on this machine; it holds the key. Ctrl-C ends the server.',
        )
        await stopped(terminal.signal)
        await server.close()
      }),
    )
}

function port(text: string): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value > 65_535)
    throw new InvalidArgumentError('A port is a number from 0 to 65535.')
  return value
}

/** A checkout brings sources, not the built page; what is installed brings the page, and no scripts. */
function buildIfStale(): void {
  const script = fileURLToPath(new URL('../../../scripts/build.ts', import.meta.url))
  if (!existsSync(script)) return
  // Its words go where ours for people go: standard output holds the result only.
  const { status } = spawnSync(process.execPath, [script, '--if-stale'], { stdio: ['ignore', 2, 2] })
  if (status !== 0)
    throw new DescentError('internal', 'The page could not be built.', 'See what the build says above.')
}
