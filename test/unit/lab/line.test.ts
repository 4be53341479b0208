import { beforeEach, describe, expect, test } from 'vitest'
import { Line } from '../../../src/lab/line.ts'

interface Item {
  name: string
  position: number
}

const anyone = (): boolean => true

let gone: Set<Item>
let line: Line<Item>

beforeEach(() => {
  gone = new Set()
  line = new Line((item) => !gone.has(item))
})

function join(name: string): Item {
  const item = { name, position: line.nextPosition() }
  line.add(item)
  return item
}

function order(): string {
  const names: string[] = []
  for (let item = line.next(anyone); item; item = line.next(anyone)) names.push(item.name)
  return names.join('')
}

test('who cannot go yet is passed over and keeps its place', () => {
  for (const name of 'abcd') join(name)
  expect(line.next(({ name }) => name === 'c')?.name).toBe('c')
  expect(line.next(({ name }) => name === 'c')).toBeUndefined()
  expect(order()).toBe('abd')
})

test('first come, first served', () => {
  for (const name of 'abc') join(name)
  expect(order()).toBe('abc')
  expect(line.next(anyone)).toBeUndefined()
  join('d')
  expect(order()).toBe('d')
})

test('one who has left is passed over', () => {
  const [, b] = Array.from('abc', join)
  gone.add(b as Item)
  expect(order()).toBe('ac')
})

test('one who comes back takes the old place', () => {
  const [a] = Array.from('abcd', join)
  line.next(anyone)
  line.next(anyone)
  line.add(a as Item)
  expect(order()).toBe('acd')
})

describe('moving', () => {
  let items: Record<string, Item>
  beforeEach(() => {
    items = Object.fromEntries(Array.from('abcdef', (name) => [name, join(name)]))
  })
  const move = (names: string, before: string | null): void => {
    line.move(
      Array.from(names, (name) => items[name] as Item),
      before === null ? null : (items[before] as Item),
    )
  }

  test.each([
    ['f', 'a', 'fabcde'],
    ['a', 'c', 'bacdef'],
    ['fd', 'b', 'afdbce'],
    ['b', null, 'acdefb'],
    ['ba', null, 'cdefba'],
    ['abcdef', null, 'abcdef'],
    ['fedcba', null, 'fedcba'],
    ['a', 'b', 'abcdef'],
    ['c', 'd', 'abcdef'],
  ])('%s before %s: %s', (names, before, expected) => {
    move(names, before)
    expect(order()).toBe(expected)
  })

  test('passes over those who have left', () => {
    gone.add(items['b'] as Item)
    move('f', 'c')
    expect(order()).toBe('afcde')
  })

  test('to the end stays before those who come later', () => {
    move('abc', null)
    join('g')
    join('h')
    expect(order()).toBe('defabcgh')
  })

  test('to the same place again and again keeps the order', () => {
    // Halving the gap between two positions ends after some fifty times.
    for (let turn = 0; turn < 200; turn++) move(turn % 2 === 0 ? 'e' : 'f', turn % 2 === 0 ? 'f' : 'e')
    move('b', 'd')
    for (let turn = 0; turn < 200; turn++) move(turn % 2 === 0 ? 'c' : 'b', 'd')
    expect(order()).toBe('acbdfe')
  })

  test('gives back everyone whose position changed', () => {
    const positions = () => new Map(Object.values(items).map((item) => [item, item.position]))
    for (let turn = 0; turn < 200; turn++) {
      const before = positions()
      const moved = line.move([items[turn % 2 === 0 ? 'e' : 'f'] as Item], items['b'] as Item)
      for (const [item, position] of positions())
        if (before.get(item) !== position) expect(moved).toContain(item)
    }
  })
})

test('100,000 wait, are moved and served', () => {
  // With a search through all for each one, this outlasts the test's limit.
  const items = Array.from({ length: 100_000 }, (_, i) => join(String(i)))
  line.move(items.slice(50_000), items[0] as Item)
  expect(line.next(anyone)?.name).toBe('50000')
  let served = 1
  while (line.next(anyone)) served++
  expect(served).toBe(100_000)
})
