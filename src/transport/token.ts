/** What of a page's `window` is needed to take its token. */
export interface PageWindow {
  readonly location: { readonly hash: string; readonly pathname: string; readonly search: string }
  readonly history: { replaceState(state: unknown, unused: string, url: string): void }
  readonly sessionStorage: { getItem(key: string): string | null; setItem(key: string, value: string): void }
}

const key = 'descent.token'

/**
 * The token of the address that `descent serve` printed (`#token=…`, which never travels to a server). It is taken out
 * of the address and the history, and kept for this tab and this origin only, so that reloading works. Call it before
 * a router reads the address.
 * @returns the token; empty where this tab never had one
 */
export function takeToken({ location, history, sessionStorage }: PageWindow): string {
  const given = /^#token=([\w-]+)$/.exec(location.hash)?.[1]
  if (given !== undefined) {
    sessionStorage.setItem(key, given)
    history.replaceState(null, '', `${location.pathname}${location.search}`)
  }
  return given ?? sessionStorage.getItem(key) ?? ''
}
