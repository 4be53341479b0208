/** Names of what preload and main tell each other. A connection has a number, so that nothing late reaches the next. */
export const messages = {
  /** (number) */
  connect: 'descent:connect',
  /** (number, bytes), both ways */
  frame: 'descent:frame',
  /** (number); from main (number, code, reason) */
  close: 'descent:close',
  openFiles: 'descent:open-files',
  saveFile: 'descent:save-file',
  writeFile: 'descent:write-file',
} as const
