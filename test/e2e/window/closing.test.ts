import { describe, expect, test } from 'vitest'
import { until } from '../../support/until.ts'
import {
  answerDialogs,
  askedDialogs,
  childOf,
  endOf,
  inElectron,
  startClosing,
  type InElectron,
} from '../support/electron.ts'
import { isAlive, type TestHome } from '../support/home.ts'
import { expectGrowth, legend, open, watchLongRun } from '../support/main-path.ts'
import { ready } from '../support/shell.ts'

const [keep, pause, cancel] = [0, 1, 2]
const long = { workload: 'airfoil', optimizer: 'sgd', batch: 1, epochs: 100_000 }

/** A window that the same person opens later, with the same library. */
const again = (home: TestHome, test: (opened: InElectron) => Promise<void>): Promise<void> =>
  inElectron(test, { home })

const onlyRun = (home: TestHome) =>
  home.withLab(async (lab) => {
    const [run] = (await lab.call('runs.list', {})).runs
    if (!run) throw new Error('There is no run.')
    return run
  })

async function watchAgain({ page }: InElectron): Promise<void> {
  page.setDefaultTimeout(30_000)
  await ready(page)
  await open(page, 'Live')
}

describe('closing the window while runs are going', () => {
  test('asks; they go on without it, and the next window shows them growing', () =>
    inElectron(async (opened) => {
      const { app, page, home } = opened
      await watchLongRun(opened)
      await answerDialogs(app, [cancel, keep])
      await startClosing(app)
      await until(async () => (await askedDialogs(app)).length === 1)
      expect(await askedDialogs(app)).toMatchObject([
        { message: 'A run is still going.', buttons: ['Keep running', 'Pause and close', 'Cancel'] },
      ])
      // Cancelled: all is as before.
      await expectGrowth(opened)
      expect(app.windows()).toEqual([page])

      const lab = home.labPid()
      await endOf(app)
      const { status, steps } = await onlyRun(home)
      expect(status).toBe('running')
      await until(async () => (await onlyRun(home)).steps > steps)
      expect(home.labPid()).toBe(lab)

      await again(home, async (next) => {
        await watchAgain(next)
        await legend(next.page).getByText('1 running').waitFor()
        await expectGrowth(next)
      })
    }))

  test('asks; they are paused and kept, and go on from there when the person wants', () =>
    inElectron(async (opened) => {
      const { app, home } = opened
      await watchLongRun(opened)
      await expectGrowth(opened)
      await answerDialogs(app, [pause])
      const lab = home.labPid() ?? 0
      await endOf(app)
      await until(() => !isAlive(lab)) // nobody is connected and nothing trains
      const kept = await onlyRun(home)
      expect(kept.status).toBe('paused')
      expect(kept.steps).toBeGreaterThan(0)

      await again(home, async (next) => {
        await watchAgain(next)
        await legend(next.page).getByText('1 paused').waitFor()
        expect((await onlyRun(home)).steps).toBe(kept.steps)
        await legend(next.page).getByRole('button', { name: 'Resume all' }).click()
        await legend(next.page).getByText('1 running').waitFor()
        expect(await expectGrowth(next)).toBeGreaterThan(kept.steps)
      })
    }))

  test('pauses what is left when others finish meanwhile', () =>
    inElectron(async ({ app, page, home }) => {
      await ready(page)
      // Each takes some milliseconds, so that between any two messages some finish.
      const settings = { workload: 'airfoil', optimizer: 'sgd', batch: 1, epochs: 20 }
      const runs = Array.from({ length: 1000 }, (_, seed) => ({ ...settings, seed }))
      await home.withLab((lab) => lab.call('runs.submit', { runs, detached: true }))
      const statusesNow = () =>
        home.withLab(async (lab) => (await lab.call('runs.list', {})).runs.map(({ status }) => status))
      await until(async () => (await statusesNow()).includes('done'))
      await answerDialogs(app, [pause])
      await endOf(app)
      const statuses = await statusesNow()
      expect([...new Set(statuses)].sort()).toEqual(['done', 'paused'])
    }))

  test('asks as well while the page has no connection', () =>
    inElectron(async ({ app, page, home }) => {
      await ready(page)
      await home.withLab((lab) => lab.call('runs.submit', { runs: [long], detached: true }))
      await answerDialogs(app, [cancel])
      // The page has no connection now, and waits before it tries again.
      process.kill(await until(() => childOf(app)), 'SIGKILL')
      await startClosing(app)
      await until(async () => (await askedDialogs(app)).length === 1)
      expect(app.windows()).toEqual([page])
    }))

  test('stays open and says so where they cannot be paused', () =>
    inElectron(async ({ app, page, home }) => {
      await ready(page)
      await home.withLab((lab) => lab.call('runs.submit', { runs: [long], detached: true }))
      const lab = await until(() => home.labPid())
      await answerDialogs(app, [])
      await startClosing(app)
      await until(async () => (await askedDialogs(app)).length === 1)
      process.kill(lab, 'SIGSTOP')
      try {
        await answerDialogs(app, [pause])
        await until(async () => (await askedDialogs(app)).length === 2)
        expect((await askedDialogs(app)).at(-1)?.message).toBe('The lab does not answer.')
        expect(app.windows()).toEqual([page])
      } finally {
        process.kill(lab, 'SIGCONT')
      }
    }))

  test('asks nothing when there are none', () =>
    inElectron(async ({ page, app }) => {
      await ready(page)
      await answerDialogs(app, [])
      await endOf(app)
    }))
})
