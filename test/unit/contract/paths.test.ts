import { expect, test } from 'vitest'
import type { z } from 'zod'
import { labContract } from '../../../src/contract/lab.ts'
import { pathCalls } from '../../../src/contract/paths.ts'
import { refusePath } from '../../../src/page/path-calls.ts'
import { encodeMessage } from '../../../src/transport/framing.ts'
import { readReply } from '../../../src/transport/protocol.ts'

test('every call that takes a path is known as one', () => {
  const taking = Object.entries(labContract.calls).flatMap(([name, { input }]) => {
    const { shape = {} } = input as Partial<z.ZodObject>
    const field = ['file', 'path'].find((one) => Object.hasOwn(shape, one))
    return field === undefined ? [] : [[name, field]]
  })
  expect(taking.length).toBeGreaterThan(2)
  expect(taking.sort()).toEqual(
    Object.entries(pathCalls)
      .map(([name, { field }]) => [name, field])
      .sort(),
  )
})

test('a window may have written only what a person chose, and everything else passes as it is', () => {
  const call = (name: string, input: object) => encodeMessage({ kind: 'call', id: 7, name, input })
  const asked = (name: string, input: object) =>
    refusePath(call(name, input), (path, use) => use === 'read' || path === '/chosen.html')
  expect(asked('report.write', { file: '/chosen.html' })).toBeNull()
  expect(asked('data.import', { path: '/anything' })).toBeNull()
  expect(asked('runs.note', { runId: 'a', note: 'as report.write says' })).toBeNull()
  for (const input of [{ file: '/etc/passwd' }, { file: ['/chosen.html'] }, {}])
    expect(readReply(asked('report.write', input) ?? expect.fail())).toMatchObject({
      kind: 'error',
      id: 7,
      error: { code: 'unsupported' },
    })
})
