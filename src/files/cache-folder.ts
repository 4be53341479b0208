import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/** Where datasets and runtimes are kept: `DESCENT_CACHE`, or the platform's usual folder for what can be had again. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  return resolve(env['DESCENT_CACHE'] ?? usualFolder(env))
}

function usualFolder(env: NodeJS.ProcessEnv): string {
  if (process.platform === 'win32')
    return join(env['LOCALAPPDATA'] ?? join(homedir(), 'AppData/Local'), 'Descent Lab/Cache')
  if (process.platform === 'darwin') return join(homedir(), 'Library/Caches/Descent Lab')
  return join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'descent-lab')
}
