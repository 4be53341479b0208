import { availableParallelism, cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { DescentError } from '../contract/errors.ts'
import { EngineProcess } from './engine-process.ts'
import { version } from './version.ts'

export interface EngineHealth {
  id: string
  available: boolean
  device: string
  reason?: string
  remedy?: string
}

export interface Diagnosis {
  engines: EngineHealth[]
  versions: Record<string, string>
}

/** Starts each engine and asks it: what works is seen, not guessed. */
export async function examine(): Promise<Diagnosis> {
  const processor = `${cpus()[0]?.model.trim() ?? 'CPU'}, ${availableParallelism()} cores`
  const versions: Record<string, string> = {
    'descent-lab': version,
    node: process.versions.node,
    v8: process.versions.v8,
    os: `${process.platform} ${process.arch}`,
  }
  const entry = fileURLToPath(new URL('../engine/direct/main.ts', import.meta.url))
  let engine: EngineProcess | undefined
  try {
    engine = new EngineProcess({ entry, arguments: [] }, { event: () => undefined, died: () => undefined })
    const hello = await engine.hello
    return {
      engines: [{ id: hello.engine, available: true, device: `${hello.device} (${processor})` }],
      versions,
    }
  } catch (thrown) {
    const { message, remedy } = DescentError.from(thrown)
    return {
      engines: [{ id: 'direct', available: false, device: processor, reason: message, remedy }],
      versions,
    }
  } finally {
    engine?.kill()
  }
}
