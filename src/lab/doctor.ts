import { availableParallelism, cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { DescentError } from '../contract/errors.ts'
import { probeEngines, type ProbeOptions } from '../tensorflow/probe.ts'
import { EngineProcess } from './engine-process.ts'
import { version } from './version.ts'

export interface EngineHealth {
  id: string
  available: boolean
  device: string
  /** Why it is not available, or available and not on the graphics card. */
  reason?: string
  remedy?: string
}

export interface Diagnosis {
  engines: EngineHealth[]
  versions: Record<string, string>
}

/** Starts each engine and has it answer or compute something: what works is seen, not guessed. */
export async function examine(options: ProbeOptions = {}): Promise<Diagnosis> {
  const [direct, probes] = await Promise.all([examineDirect(), probeEngines(options)])
  const versions: Record<string, string> = {
    'descent-lab': version,
    node: process.versions.node,
    v8: process.versions.v8,
    os: `${process.platform} ${process.arch}`,
  }
  const engines = probes.map(({ versions: itsOwn, ...health }): EngineHealth => {
    Object.assign(versions, itsOwn)
    return health
  })
  return { engines: [direct, ...engines], versions }
}

async function examineDirect(): Promise<EngineHealth> {
  const processor = `${cpus()[0]?.model.trim() ?? 'CPU'}, ${availableParallelism()} cores`
  const entry = fileURLToPath(new URL('../engine/direct/main.ts', import.meta.url))
  let engine: EngineProcess | undefined
  try {
    engine = new EngineProcess({ entry, arguments: [] }, { event: () => undefined, died: () => undefined })
    const hello = await engine.hello
    return { id: hello.engine, available: true, device: `${hello.device} (${processor})` }
  } catch (thrown) {
    const { message, remedy } = DescentError.from(thrown)
    return { id: 'direct', available: false, device: processor, reason: message, remedy }
  } finally {
    engine?.kill()
  }
}
