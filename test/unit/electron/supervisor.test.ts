import { expect, test } from 'vitest'
import { Supervisor } from '../../../electron/supervisor.ts'

const minute = 60_000

function supervised() {
  const clock = { now: 0 }
  return { clock, supervisor: new Supervisor(() => clock.now) }
}

test('what crashed is started again below three crashes in five minutes', () => {
  const { clock, supervisor } = supervised()
  expect(supervisor.state).toBe('may-start')
  supervisor.crashed()
  clock.now += minute
  supervisor.crashed()
  expect(supervisor.state).toBe('may-start')
  clock.now += minute
  supervisor.crashed()
  expect(supervisor.state).toBe('ask')
})

test('crashes older than five minutes do not count', () => {
  const { clock, supervisor } = supervised()
  for (let crash = 0; crash < 10; crash++) {
    supervisor.crashed()
    clock.now += 2.5 * minute
    expect(supervisor.state).toBe('may-start')
  }
  supervisor.crashed()
  supervisor.crashed()
  expect(supervisor.state).toBe('ask')
  clock.now += 5 * minute
  expect(supervisor.state).toBe('may-start')
})

test('a person’s answer holds: again counts anew, leaving it lasts until it is taken back', () => {
  const { clock, supervisor } = supervised()
  for (let crash = 0; crash < 3; crash++) supervisor.crashed()
  supervisor.forget()
  expect(supervisor.state).toBe('may-start')
  supervisor.crashed()
  expect(supervisor.state).toBe('may-start')
  supervisor.leave()
  clock.now += 60 * minute
  expect(supervisor.state).toBe('left')
  supervisor.forget()
  expect(supervisor.state).toBe('may-start')
})
