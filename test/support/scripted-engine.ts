// An engine that trains nothing: it reports what it is told to and dies in the worst moment. The optimizer's name
// is the script: `dies` is killed after its first reports, `done` only reports.
import { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { engineContract, type EngineEvent, type Progress } from '../../src/contract/engine.ts'
import { Broadcast } from '../../src/transport/broadcast.ts'
import { serve } from '../../src/transport/server.ts'
import { streamChannel } from '../../src/transport/stream.ts'

export const scriptedSteps = 60

const events = new Broadcast<EngineEvent>(1000)

function progress(step: number): Progress {
  return {
    step,
    seconds: step,
    points: {
      step: Float64Array.of(step),
      examples: Float64Array.of(step),
      seconds: Float64Array.of(step),
      trainLoss: Float64Array.of(1 / step),
    },
    epochs: { epoch: new Float64Array(0), seconds: new Float64Array(0), trainLoss: new Float64Array(0) },
    best: { trainLoss: 1 / step, step },
    checkpoint: Uint8Array.of(step),
  }
}

async function run(runId: string, script: string, from: number): Promise<void> {
  const dies = script === 'dies' && from < scriptedSteps / 2
  const last = dies ? from + 15 : scriptedSteps - 1
  for (let step = from + 1; step <= last; step++)
    events.publish({ type: 'progress', runId, progress: progress(step) })
  await sleep(1) // all of it is in the pipe
  if (dies) process.kill(process.pid, 'SIGKILL')
  const final = { trainLoss: 1 / scriptedSteps }
  events.publish({
    type: 'finished',
    runId,
    progress: progress(scriptedSteps),
    status: 'done',
    final,
    divergence: null,
  })
}

const pipe = new Socket({ fd: 3, readable: true, writable: true })
const { closed } = serve(engineContract, streamChannel(pipe), {
  calls: {
    hello: () => ({ engine: 'scripted', device: 'none', versions: {} }),
    train: ({ runId, settings, checkpoint }) => {
      void run(runId, settings.optimizer, checkpoint?.[0] ?? 0)
      return { totalSteps: scriptedSteps }
    },
    inspect: () => Promise.reject(new Error('scripted')),
    features: () => Promise.reject(new Error('scripted')),
    export: () => Promise.reject(new Error('scripted')),
    stop: () => ({}),
  },
  streams: { events: (_input, { signal }, after) => events.subscribe(signal, after) },
})
void closed.then(() => process.exit(0))
