import type { ErrorShape } from './errors.ts'

/**
 * What the desktop's preload gives to the page, as `window.descentDesktop`; a page in a browser has none. Everything
 * that the lab does travels over the one channel.
 */
export interface DesktopBridge {
  readonly platform: DesktopPlatform
  /**
   * Opens a connection to the lab, which is started where none runs. A page has one: an earlier one closes.
   * Messages sent before the lab answers wait.
   */
  connect(listener: {
    message(bytes: Uint8Array): void
    /** The connection is gone: a close code and reason as of a WebSocket (closeCodes in transport/websocket.ts). */
    closed(code: number, reason: string): void
  }): DesktopConnection
  /** The system's dialog to choose files to read. @returns absolute paths; none when the person cancels */
  openFiles(options: OpenFilesOptions): Promise<string[]>
  /** The system's dialog to choose where to write. @returns an absolute path; null when the person cancels */
  saveFile(options: SaveFileOptions): Promise<string | null>
  /** The same dialog, and these bytes are written there: all of them, or the file stays what it was. */
  writeFile(options: SaveFileOptions, bytes: Uint8Array): Promise<WrittenFile>
  /** Where a dropped file lies; empty when it is no file of the disk. */
  pathOf(file: unknown): string
}

export interface DesktopConnection {
  send(bytes: Uint8Array): void
  close(): void
}

export interface DesktopPlatform {
  /** Node's `process.platform`. */
  readonly os: string
  readonly electron: string
  readonly chrome: string
}

export interface FileFilter {
  readonly name: string
  /** Without the dot; `*` for all. */
  readonly extensions: readonly string[]
}

export interface OpenFilesOptions {
  readonly title: string
  readonly filters: readonly FileFilter[]
  readonly multiple: boolean
}

export interface SaveFileOptions {
  readonly title: string
  /** A name, not a path. */
  readonly defaultName: string
  readonly filters: readonly FileFilter[]
}

export interface WrittenFile {
  /** An absolute path; null when the person cancelled or it could not be written. */
  readonly file: string | null
  /** Why it could not be written. Not thrown: an error that crosses the bridge keeps nothing but a message. */
  readonly problem: ErrorShape | null
}
