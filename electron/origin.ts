/** Where the page lives: not a file, so that its policy has an origin and nothing else on the disk is the same one. */
export const scheme = 'app'
export const origin = `${scheme}://descent`
export const startPage = `${origin}/index.html`

export const isOurs = (url: string): boolean => url.startsWith(`${origin}/`)
