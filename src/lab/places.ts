import { homedir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cacheFolder } from '../files/cache-folder.ts'

/** Folders the lab works with. */
export interface Places {
  /** The run library. */
  home: string
  /** Datasets and runtimes; may be shared by libraries. */
  cache: string
  /** What the program brings along. */
  resources: string
  /** Folders that the person says hold dataset files. */
  searchPaths?: readonly string[]
}

/** `DESCENT_HOME` and `DESCENT_CACHE`, or the platform's usual folders; `DESCENT_DATASETS` holds further data. */
export function places(env: NodeJS.ProcessEnv = process.env): Places {
  return {
    home: resolve(env['DESCENT_HOME'] ?? dataFolder(env)),
    cache: cacheFolder(env),
    resources: fileURLToPath(new URL('../../resources', import.meta.url)),
    searchPaths: (env['DESCENT_DATASETS'] ?? '').split(delimiter).filter((path) => path !== ''),
  }
}

function dataFolder(env: NodeJS.ProcessEnv): string {
  if (process.platform === 'win32')
    return join(env['APPDATA'] ?? join(homedir(), 'AppData/Roaming'), 'Descent Lab')
  if (process.platform === 'darwin') return join(homedir(), 'Library/Application Support/Descent Lab')
  return join(env['XDG_DATA_HOME'] ?? join(homedir(), '.local/share'), 'descent-lab')
}
