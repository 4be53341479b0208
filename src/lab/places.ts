import { homedir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

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
    cache: resolve(env['DESCENT_CACHE'] ?? cacheFolder(env)),
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

function cacheFolder(env: NodeJS.ProcessEnv): string {
  if (process.platform === 'win32')
    return join(env['LOCALAPPDATA'] ?? join(homedir(), 'AppData/Local'), 'Descent Lab/Cache')
  if (process.platform === 'darwin') return join(homedir(), 'Library/Caches/Descent Lab')
  return join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'descent-lab')
}
