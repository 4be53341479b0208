/**
 * A plain Node between the window and the lab. Descriptor 3 carries the transport's frames as they are, to a lab
 * connection of its own; over Node's IPC main asks what it must know before the window closes.
 */
import { Socket } from 'node:net'
import { DescentError } from '../src/contract/errors.ts'
import { connectLab, connectLabSocket, type LabClient } from '../src/lab/connect.ts'
import { places } from '../src/lab/places.ts'
import type { FromChild, ToChild } from './lab-child-messages.ts'

const tell = (message: FromChild, then = (): void => undefined): void => {
  if (process.connected) process.send?.(message, then)
  else then()
}
const end = (message: FromChild): void => tell(message, () => process.exit(0))

// The window is gone, however that came about.
process.on('disconnect', () => process.exit(0))
// Ctrl-C in a terminal reaches the whole group; the window decides.
process.on('SIGINT', () => undefined)
process.on('message', (message: ToChild) => void answer(message))

const page = new Socket({ fd: 3, readable: true, writable: true })
page.on('error', () => process.exit(0))
page.on('close', () => process.exit(0))
try {
  const lab = await connectLabSocket(places())
  const lost = (): void => end({ type: 'ended', reason: 'lost', message: 'The lab has ended.' })
  lab.on('error', lost)
  lab.on('close', lost)
  lab.pipe(page)
  page.pipe(lab)
  tell({ type: 'ready' })
} catch (thrown) {
  const { message, remedy } = DescentError.from(thrown)
  end({ type: 'ended', reason: 'unavailable', message: `${message} ${remedy}` })
}

async function answer({ id, ask }: ToChild): Promise<void> {
  try {
    const lab = await connectLab(places())
    const going = await goingRuns(lab)
    if (ask === 'pause') await pause(lab, going)
    lab.close()
    tell({ type: 'answer', id, going: going.length })
  } catch {
    tell({ type: 'answer', id, going: null })
  }
}

async function goingRuns(lab: LabClient): Promise<string[]> {
  const { runs } = await lab.call('runs.list', {})
  return runs.filter(({ status }) => status === 'running' || status === 'queued').map(({ id }) => id)
}

/** Each by itself: one that is over by now is refused, and takes others called with it along. */
async function pause(lab: LabClient, runIds: readonly string[]): Promise<void> {
  await Promise.all(
    runIds.map((runId) =>
      lab.call('runs.pause', { runIds: [runId] }).catch((thrown: unknown) => {
        if (!['conflict', 'not-found'].includes(DescentError.from(thrown).code)) throw thrown
      }),
    ),
  )
}
