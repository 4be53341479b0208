import { expect, test } from 'vitest'
import { GroupCommit } from '../../../src/lab/commits.ts'

const unexpected = (error: unknown): void => {
  throw error
}

test('writes that come close together are one transaction, told of after it', async () => {
  const log: string[] = []
  const commits = new GroupCommit((work) => {
    log.push('begin')
    work()
    log.push('commit')
  }, unexpected)
  const first = commits.add(
    () => log.push('write 1'),
    () => log.push('tell 1'),
  )
  const second = commits.add(
    () => log.push('write 2'),
    () => log.push('tell 2'),
  )
  expect(log).toEqual([])
  await Promise.all([first, second])
  expect(log).toEqual(['begin', 'write 1', 'write 2', 'commit', 'tell 1', 'tell 2'])
})

test('a flush does not wait, and leaves nothing for later', async () => {
  let transactions = 0
  const commits = new GroupCommit(
    (work) => {
      transactions++
      work()
    },
    unexpected,
    60_000,
  )
  let written = false
  const done = commits.add(() => (written = true))
  commits.flush()
  expect(written).toBe(true)
  await done
  commits.flush()
  expect(transactions).toBe(1)
})

test('what is added while others are told belongs to the next transaction', async () => {
  const log: string[] = []
  const commits = new GroupCommit((work) => {
    work()
    log.push('commit')
  }, unexpected)
  let later: Promise<void> | undefined
  await commits.add(
    () => log.push('write 1'),
    () => {
      log.push('tell 1')
      later = commits.add(() => log.push('write 2'))
    },
  )
  await later
  expect(log).toEqual(['write 1', 'commit', 'tell 1', 'write 2', 'commit'])
})

test('a transaction that fails is told to all who wrote in it, and never as success', async () => {
  const failures: unknown[] = []
  const commits = new GroupCommit(
    () => {
      throw new Error('disk I/O error')
    },
    (error) => failures.push(error),
  )
  let told = false
  const writes = [1, 2].map(() =>
    commits.add(
      () => undefined,
      () => (told = true),
    ),
  )
  for (const write of writes) await expect(write).rejects.toThrow('disk I/O error')
  expect(told).toBe(false)
  expect(failures).toHaveLength(1)
})
