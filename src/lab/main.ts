/**
 * The lab's process: takes the library's lock, listens on its socket, and ends when nobody is connected and nothing
 * is being trained. Front doors start it when they find none (connect.ts).
 */
import { rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { DescentError } from '../contract/errors.ts'
import { streamChannel } from '../transport/stream.ts'
import { announce, socketPath, withdraw } from './endpoint.ts'
import { Lab } from './lab.ts'
import { libraryError } from './library/database.ts'
import { lockLibrary } from './lock.ts'
import { places, type Places } from './places.ts'
import { version } from './version.ts'

/** How long an idle lab waits for the next command before it ends. */
const lingerMs = 1500
/** Time for what the lab says last to reach those connected. */
const lastWordsMs = 500

/** Why this process ends. The front door that started it reads the last line. */
function fail(thrown: unknown): void {
  const error = DescentError.from(thrown)
  if (error.code === 'internal') console.error(thrown)
  console.error(JSON.stringify(error))
}

function open(where: Places): { unlock: () => void; lab: Lab } {
  try {
    const unlock = lockLibrary(where.home)
    if (!unlock) process.exit(0) // another lab was faster; the front door will find it
    return { unlock, lab: new Lab({ places: where, lost, installs: !process.env['DESCENT_NO_SETUP'] }) }
  } catch (error) {
    return giveUp(error)
  }
}

function giveUp(error: unknown): never {
  fail(libraryError(error, where.home))
  process.exit(1)
}

const where = places()
const { unlock, lab } = open(where)
const socket = socketPath(where.home)
// The lock is ours, so a socket that lies here belongs to a lab that was killed.
if (process.platform !== 'win32') rmSync(socket, { force: true })
const server = createServer((connection) => lab.connect(streamChannel(connection)))
server.once('error', giveUp)
server.listen(socket, () => {
  try {
    announce(where.home, { socket, pid: process.pid, version })
  } catch (error) {
    giveUp(error)
  }
})

let idleSince = performance.now()
const watch = setInterval(() => {
  if (!lab.idle) idleSince = performance.now()
  else if (performance.now() - idleSince > lingerMs) void end()
}, 250)

let ending = false
async function end(): Promise<void> {
  if (ending) return
  ending = true
  clearInterval(watch)
  withdraw(where.home)
  server.close()
  await lab.close()
  unlock()
  process.exit(0)
}

/** The library can no longer be written. The next lab takes up what was saved. */
function lost(error: DescentError): void {
  fail(error)
  withdraw(where.home)
  server.close()
  setTimeout(() => process.exit(1), lastWordsMs)
}

process.on('SIGTERM', () => void end())
process.on('SIGINT', () => void end())
