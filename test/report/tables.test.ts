import { describe, expect, it } from 'vitest'
import { csvCurves, csvRuns } from '../../src/comparison/csv.ts'
import { texTables } from '../../src/lab/report/tex.ts'
import { escapeTex } from '../../src/text/tex.ts'
import { sampleComparison, sampleRuns, threeSeries } from '../charts/sampleRuns.ts'

/** RFC 4180, written down again. */
function parse(csv: string): Record<string, string>[] {
  const rows: string[][] = []
  let row: string[] = []
  for (const [, quoted, plain, end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    row.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'))
    if (end === '\r\n') {
      rows.push(row)
      row = []
    }
  }
  const [head = [], ...body] = rows
  return body.map((cells) => {
    expect(cells).toHaveLength(head.length)
    return Object.fromEntries(head.map((name, i) => [name, cells[i] as string]))
  })
}

describe('CSV', () => {
  const label = 'adam "quoted", with\r\nlines, η = 0.1'
  const runs = sampleRuns(
    [{ label, optimizer: 'adam', set: { lr: 0.1, milestones: [1, 2] }, diverging: [1] }],
    3,
  )

  it('curves read back to the same numbers', () => {
    const rows = parse([...csvCurves(runs)].join(''))
    expect(rows).toHaveLength(runs.reduce((sum, { metrics }) => sum + metrics.step.length, 0))
    let at = 0
    for (const { record, metrics } of runs)
      for (let i = 0; i < metrics.step.length; i++) {
        const row = rows[at++] as Record<string, string>
        expect(row['series']).toBe(label)
        expect(row['run']).toBe(record.id)
        expect(Number(row['train_loss'])).toBe(metrics.trainLoss[i])
        expect(Number(row['seconds'])).toBe(metrics.seconds[i])
        expect(Number(row['epoch'])).toBe((metrics.step[i] as number) / 150)
      }
  })

  it('leaves what is not a number empty', () => {
    const [run] = sampleRuns([{ label: 'a', optimizer: 'sgd' }], 1)
    if (!run) throw new Error('no run')
    run.metrics.trainLoss[2] = Number.POSITIVE_INFINITY
    const rows = parse([...csvCurves([run])].join(''))
    expect(rows[2]?.['train_loss']).toBe('')
  })

  it('runs have a row each, settings and all', () => {
    const rows = parse([...csvRuns(runs)].join(''))
    expect(rows.map((row) => row['status'])).toEqual(['done', 'diverged', 'done'])
    expect(JSON.parse(rows[0]?.['settings'] ?? '')).toEqual({ lr: 0.1, milestones: [1, 2] })
    expect(Number(rows[0]?.['final_train_loss'])).toBe(runs[0]?.record.final.trainLoss)
    expect(rows[1]?.['final_train_loss']).toBe('')
    expect(rows[1]?.['diverged_at_step']).toBe(String(runs[1]?.record.divergence?.step))
    expect(JSON.parse(rows[0]?.['versions'] ?? '')).toMatchObject({ node: '24.21.0' })
  })
})

describe('CSV of classifiers', () => {
  const runs = sampleRuns(
    [
      {
        label: 'sgd',
        optimizer: 'sgd',
        workload: 'lenet-fashion-mnist',
        batch: 256,
        epochs: 3,
        accuracy: true,
      },
    ],
    2,
  )

  it('has training accuracies at every point, and what tests said in the last row of each epoch', () => {
    const rows = parse([...csvCurves(runs)].join(''))
    let at = 0
    for (const { record, metrics } of runs)
      for (let i = 0; i < metrics.step.length; i++) {
        const row = rows[at++] as Record<string, string>
        expect(Number(row['train_accuracy'])).toBe(metrics.trainAccuracy?.[i])
        const ended = record.epochs.find(({ epoch }) => epoch + 1 === Number(row['epoch']))
        expect(row['test_accuracy']).toBe(ended ? String(ended.testAccuracy) : '')
        expect(row['test_loss']).toBe(ended ? String(ended.testLoss) : '')
      }
    expect(rows.filter((row) => row['test_accuracy'] !== '')).toHaveLength(2 * 3)
  })

  it('has final and best accuracies, a row a run', () => {
    const [row] = parse([...csvRuns(runs)].join(''))
    const { final, epochs } = (runs[0] as (typeof runs)[0]).record
    expect(Number(row?.['final_test_accuracy'])).toBe(final.testAccuracy)
    expect(Number(row?.['final_train_accuracy'])).toBe(final.trainAccuracy)
    expect(Number(row?.['final_test_loss'])).toBe(epochs.at(-1)?.testLoss)
    expect(Number(row?.['best_test_accuracy'])).toBe(Math.max(...epochs.map((one) => one.testAccuracy ?? 0)))
    expect(row?.['best_test_epoch']).toBe('3')
  })

  it('leaves the columns empty where there are no classes', () => {
    const [curve] = parse([...csvCurves(sampleRuns(threeSeries.slice(0, 1), 1))].join(''))
    expect([curve?.['train_accuracy'], curve?.['test_loss'], curve?.['test_accuracy']]).toEqual(['', '', ''])
  })
})

describe('TeX', () => {
  it('has columns of accuracies where runs have them', () => {
    const lenet = {
      label: 'sgd',
      optimizer: 'sgd',
      workload: 'lenet-fashion-mnist',
      batch: 256,
      epochs: 3,
      accuracy: true,
    }
    const tex = texTables(sampleComparison([lenet], 3), 'en', new Date(0))
    expect(tex).toContain('Final loss & Test accuracy & Train accuracy & Best test accuracy &')
    expect(tex).toMatch(/sgd & .* & 0\.88\d \$\\pm\$ 0\.0\d\d & 0\.931 \$\\pm\$ 0\.000 & 0\.8\d\d &/)
    expect(texTables(sampleComparison(), 'en', new Date(0))).not.toContain('accuracy')
  })

  it.each(['en', 'zh-CN'] as const)('is a balanced booktabs table in %s', (locale) => {
    const tex = texTables(sampleComparison(), locale, new Date(0))
    const body = tex.replace(/^%.*$/gm, '')
    for (const name of ['table', 'tabular'])
      expect(body.match(new RegExp(`\\\\begin\\{${name}\\}`, 'g'))?.length).toBe(
        body.match(new RegExp(`\\\\end\\{${name}\\}`, 'g'))?.length,
      )
    expect(body.match(/\\(top|mid|bottom)rule/g)).toHaveLength(6)
    const bare = body.replace(/\\[\\{}$&%#_]/g, '')
    expect(bare.match(/\{/g)?.length).toBe(bare.match(/\}/g)?.length)
    expect((bare.match(/\$/g)?.length ?? 0) % 2).toBe(0)
    const tables = body.split('\\begin{tabular}').slice(1)
    expect(tables).toHaveLength(2)
    for (const table of tables) {
      const columns = /^\{(\w+)\}/.exec(table)?.[1]?.length ?? 0
      const rows = table.split('\n').filter((line) => line.trimEnd().endsWith('\\\\'))
      // A row a series; then a row a pair, of which there are three.
      expect(rows).toHaveLength(1 + threeSeries.length)
      for (const row of rows) expect(row.replace(/\\&/g, '').match(/&/g)).toHaveLength(columns - 1)
    }
    if (locale === 'en') expect(body.replace(/[^\u0080-\uffff]/g, '')).toBe('')
  })

  it('escapes what people typed, in text and in comments', () => {
    expect(escapeTex('50% of $x_1^2 & {y} \\ ~#')).toBe(
      String.raw`50\% of \$x\_1\textasciicircum{}2 \& \{y\} \textbackslash{} \textasciitilde{}\#`,
    )
    const comparison = {
      ...sampleComparison([{ label: 'a & b_1\n\\end{table}', optimizer: 'adam', diverging: [0, 1] }], 2),
      title: 'x\n\\input{y}',
    }
    const tex = texTables(comparison, 'en', new Date(0))
    expect(tex).not.toMatch(/^\\(input|end\{table\}.*end)/m)
    expect(tex).toContain(String.raw`a \& b\_1 \textbackslash{}end\{table\}`)
    expect(tex).toContain('--- {\\footnotesize all diverged}')
  })
})
