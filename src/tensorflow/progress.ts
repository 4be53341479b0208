/** What an installation is at. */
export interface InstallProgress {
  stage: 'waiting' | 'downloading' | 'unpacking' | 'compiling' | 'checking'
  /** What exactly, as a name: a wheel's, a folder's. */
  what: string
  /** Where they are known. */
  doneBytes?: number
  totalBytes?: number
}

export type OnProgress = (progress: InstallProgress) => void
