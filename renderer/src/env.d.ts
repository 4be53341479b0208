/// <reference types="vite/client" />
import type { DesktopBridge } from '../../src/contract/desktop.ts'

declare global {
  interface Window {
    /** What the desktop's preload gives the page; a browser has none. */
    readonly descentDesktop?: DesktopBridge
  }
}
