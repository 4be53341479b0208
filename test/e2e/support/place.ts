import type { Page } from 'playwright-core'
import type { TestHome } from './home.ts'

/** What shows the page, a browser or the window: what differs between them on a path that both are led along. */
export interface Place {
  readonly page: Page
  readonly home: TestHome
  /** Does what makes the page save a file. @returns where it is about to lie; a message on the page says when it does */
  saving(action: () => Promise<void>): Promise<string>
  /** What `find` gives inside an HTML file that is shown by itself. */
  inside<T>(file: string, find: () => T): Promise<T>
}
