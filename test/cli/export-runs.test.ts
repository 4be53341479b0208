import { existsSync, mkdtempSync, readFileSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { freshPlaces, json } from './descent.ts'

it('writes runs in the format that the path asks for, every point of them', async () => {
  const env = freshPlaces()
  const folder = mkdtempSync(join(tmpdir(), 'descent-export-'))
  const train = async (optimizer: string): Promise<string> => {
    const { value } = await json<{ runId: string }>(
      ['train', 'airfoil', '--optimizer', optimizer, '--set', 'lr=0.01'],
      env,
    )
    return value.runId
  }
  const runIds = [await train('adam'), await train('sgd')]
  const exported = async (name: string): Promise<string[]> => {
    const { code, value } = await json<{ files: string[] }>(
      ['runs', 'export', ...runIds, '--out', join(folder, name)],
      env,
    )
    expect(code).toBe(0)
    return value.files.map((file) => file.slice(folder.length + 1))
  }
  expect(await exported('all.json')).toEqual(['all.json'])
  const { runs } = JSON.parse(readFileSync(join(folder, 'all.json'), 'utf8')) as {
    runs: { id: string; metrics: { trainLoss: number[] } }[]
  }
  expect(runs.map(({ id }) => id)).toEqual(runIds)

  expect(await exported('all.CSV')).toEqual(['all.CSV', 'all-points.CSV', 'all-epochs.CSV'])
  const points = readFileSync(join(folder, 'all-points.CSV'), 'utf8').trim().split('\n').slice(1)
  expect(points.map((line) => Number(line.split(',')[4]))).toEqual(
    runs.flatMap(({ metrics }) => metrics.trainLoss),
  )
  expect(await exported('new/all.parquet')).toHaveLength(3)
  expect(await exported('board')).toHaveLength(2)
  expect(readdirSync(join(folder, 'board')).sort()).toEqual(['Adam lr 0.01, seed 0', 'SGD lr 0.01, seed 0'])

  const { code, value } = await json<{ error: { code: string } }>(
    ['runs', 'export', 'missing', '--out', join(folder, 'none.csv')],
    env,
  )
  expect(code).not.toBe(0)
  expect(value.error.code).toBe('not-found')
  expect(existsSync(join(folder, 'none.csv'))).toBe(false)
})
