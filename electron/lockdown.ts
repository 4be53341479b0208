import { app, session, shell } from 'electron'
import { denyWindows } from './compat.ts'
import { isOurs } from './origin.ts'

/** Copying a number, by a click; nothing else that a page can ask for is granted. */
const granted = 'clipboard-sanitized-write'

/** What no page may do, whichever window shows it: navigate away, open windows, embed others, use devices, save files. */
export function setupLockdown(): void {
  app.on('web-contents-created', (_event, contents) => {
    denyWindows(contents, openOutside)
    contents.on('will-navigate', (event, url) => {
      if (isOurs(url)) return
      event.preventDefault()
      openOutside(url)
    })
    contents.on('will-redirect', (event, url) => {
      if (!isOurs(url)) event.preventDefault()
    })
    contents.on('will-attach-webview', (event) => event.preventDefault())
  })
  const { defaultSession } = session
  // What the page saves goes through dialogs.ts, where the person says to which place.
  defaultSession.on('will-download', (event) => event.preventDefault())
  defaultSession.setPermissionRequestHandler((contents, permission, decide) =>
    decide(permission === granted && isOurs(contents.getURL())),
  )
  defaultSession.setPermissionCheckHandler(
    (_contents, permission, from) => permission === granted && isOurs(`${from.replace(/\/$/, '')}/`),
  )
}

/** Links are for the person's own browser, and only those that cannot start a program. */
function openOutside(url: string): void {
  if (url.startsWith('https://')) void shell.openExternal(url)
}
