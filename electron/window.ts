import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { app, BrowserWindow, nativeTheme, screen, type Rectangle } from 'electron'
import { startPage } from './origin.ts'

interface WindowState {
  bounds: Rectangle
  maximized: boolean
}

const smallest = { width: 1024, height: 700 }
const usual = { width: 1440, height: 900 }
/** The page's own background, so that nothing flashes before it is there. */
const background = (): string => (nativeTheme.shouldUseDarkColors ? '#16181b' : '#ffffff')

/** Opens the window where it was when it was last closed. */
export function setupWindow(): BrowserWindow {
  const state = readState()
  const window = new BrowserWindow({
    ...(state?.bounds ?? usual),
    minWidth: smallest.width,
    minHeight: smallest.height,
    show: false,
    title: 'Descent Lab',
    backgroundColor: background(),
    webPreferences: {
      preload: join(import.meta.dirname, '../preload/index.cjs'),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
    },
  })
  if (state?.maximized === true) window.maximize()
  window.once('ready-to-show', () => window.show())
  window.on('close', () => writeState({ bounds: window.getNormalBounds(), maximized: window.isMaximized() }))
  void window.loadURL(startPage)
  return window
}

const stateFile = (): string => join(app.getPath('userData'), 'window.json')

function readState(): WindowState | undefined {
  try {
    const { bounds, maximized } = JSON.parse(readFileSync(stateFile(), 'utf8')) as WindowState
    const { x, y, width, height } = bounds
    if (![x, y, width, height].every(Number.isFinite)) return undefined
    // A display may be gone since: enough of the title bar must be where it can be grasped.
    const reachable = screen.getAllDisplays().some(({ workArea }) => {
      const overlap = Math.min(x + width, workArea.x + workArea.width) - Math.max(x, workArea.x)
      return overlap > 100 && y >= workArea.y && y < workArea.y + workArea.height - 50
    })
    return reachable ? { bounds: { x, y, width, height }, maximized } : undefined
  } catch {
    return undefined // the first start
  }
}

function writeState(state: WindowState): void {
  try {
    writeFileSync(stateFile(), JSON.stringify(state))
  } catch {
    // The window opens at its usual place next time.
  }
}
