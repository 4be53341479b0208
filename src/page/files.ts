import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'

export interface PageFile {
  readonly bytes: Buffer
  readonly type: string
  /** Its name holds a hash of its content, so it never changes. */
  readonly immutable: boolean
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.ttf': 'font/ttf',
  '.otf': 'font/otf',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
}

/**
 * The built page: every file below a folder by its path from `/`, `/` being the page itself. Read once, so that a page
 * is of one build whatever happens to the folder, and nothing that is not in the list can be asked for.
 * @throws Error where the folder or its index.html is not there
 */
export function readPage(folder: string): ReadonlyMap<string, PageFile> {
  const files = new Map<string, PageFile>()
  const read = (place: string, url: string): void => {
    for (const entry of readdirSync(place, { withFileTypes: true })) {
      const path = join(place, entry.name)
      const type = types[extname(entry.name)]
      if (entry.isDirectory()) read(path, `${url}${entry.name}/`)
      else if (entry.isFile() && type !== undefined)
        files.set(`${url}${entry.name}`, {
          bytes: readFileSync(path),
          type,
          immutable: url.startsWith('/assets/'),
        })
    }
  }
  read(folder, '/')
  const index = files.get('/index.html')
  if (!index) throw new Error(`${folder} has no index.html.`)
  return files.set('/', index)
}
