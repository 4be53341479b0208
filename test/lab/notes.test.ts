import { expect, test } from 'vitest'
import { labInProcess, Log } from '../support/lab.ts'
import { submit } from '../support/submit.ts'
import { until } from '../support/until.ts'

test('a note is kept in the library, told to everyone and taken away when it is emptied', async () => {
  const { connect } = labInProcess()
  const client = connect()
  const log = await Log.of(connect())
  const [id = ''] = await submit(client, [{ epochs: 1 }])
  await log.status(id, 'done')
  await client.call('runs.note', { runId: id, note: 'two\nlines' })
  expect((await client.call('runs.show', { runId: id })).run.note).toBe('two\nlines')
  await until(() => log.events.some((event) => event.type === 'run' && event.run.note === 'two\nlines'))
  await client.call('runs.note', { runId: id, note: '  ' })
  expect((await client.call('runs.show', { runId: id })).run).not.toHaveProperty('note')
})
