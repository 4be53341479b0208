import type { BrowserContext, Page } from 'playwright-core'

/** What must not happen on any page, collected while it is shown. */
export interface Problems {
  /** What happened so far: errors on the console, errors nobody caught, violations of the page's policy. */
  readonly list: readonly string[]
  /** Lets pass what a test brings about itself. */
  allow(pattern: RegExp): void
  /** @throws Error that names all that happened and was not allowed */
  assertNone(): void
}

/** @param pages a context, whose later pages count as well */
export function collectProblems(pages: BrowserContext): Problems {
  const list: string[] = []
  const allowed: RegExp[] = []
  const watch = (page: Page): void => {
    page.on('console', (message) => {
      if (message.type() === 'error') list.push(`console: ${message.text()}`)
    })
    page.on('pageerror', (error) => list.push(`not caught: ${error.stack ?? error.message}`))
    page.on('crash', () => list.push('the page crashed'))
  }
  pages.pages().forEach(watch)
  pages.on('page', watch)
  const remaining = (): string[] =>
    list.filter((problem) => !allowed.some((pattern) => pattern.test(problem)))
  return {
    get list() {
      return remaining()
    },
    allow: (pattern) => void allowed.push(pattern),
    assertNone() {
      if (remaining().length > 0) throw new Error(`On the page:\n${remaining().join('\n')}`)
    },
  }
}
