import { isDeepStrictEqual } from 'node:util'
import { basename, dirname, extname, join, resolve } from 'node:path'
import type { MeasuredRun } from '../charts/comparison.ts'
import type { ThemeName } from '../charts/theme.ts'
import { DescentError } from '../contract/errors.ts'
import type { RunSettings } from '../experiments/settings.ts'
import { computeFigure, runsOf, type FigureData } from '../figures/compute.ts'
import { drawFigure, figureSize } from '../figures/draw.ts'
import type { Figure } from '../figures/figure.ts'
import type { LabClient } from '../lab/connect.ts'
import { renderPng, renderSvg } from '../lab/report/render.ts'
import { makeFolder, writeWhole } from '../lab/write-whole.ts'
import type { Terminal } from './command.ts'
import { followRuns } from './follow.ts'
import { withLab } from './lab.ts'
import { recordedRuns } from './recorded.ts'

export const formats = ['svg', 'png'] as const
type Format = (typeof formats)[number]

/** How figures are to look. */
export interface Look {
  theme: ThemeName
  /** Pixels; by default what suits the figure. */
  width?: number
  height?: number
  /** Pixels of a PNG for each of the figure's. */
  scale: number
  /** Written above the figure. */
  title: boolean
  /** Trains what comes recorded. */
  rerun: boolean
}

/**
 * Draws one figure into one file, training what it needs first.
 * @returns the file's absolute path
 */
export async function writeFigure(
  terminal: Terminal,
  figure: Figure,
  file: string,
  look: Look,
): Promise<string> {
  const path = resolve(file)
  const format = formats.find((known) => extname(path).toLowerCase() === `.${known}`)
  if (!format)
    throw new DescentError(
      'usage',
      `A figure is written as ${formats.map((known) => `.${known}`).join(' or ')}; got ${JSON.stringify(basename(path))}.`,
      'Give --out a file name with one of these endings.',
    )
  await makeFolder(dirname(path))
  const [drawn] = await figureData(terminal, [figure], look.rerun)
  if (!drawn) throw new Error(`${figure.id} gave no data.`)
  if (drawn.data instanceof DescentError) throw drawn.data
  await writeAs(format, path, drawn.data, terminal, look)
  return path
}

/**
 * Draws figures into a folder, each as `ID.svg`, `ID.png` or both, training what they need first.
 * @returns what was written, and why the rest was not
 */
export async function writeFigures(
  terminal: Terminal,
  figures: readonly Figure[],
  folder: string,
  wanted: readonly Format[],
  look: Look,
): Promise<{ files: string[]; left: { figure: Figure; why: DescentError }[] }> {
  const path = resolve(folder)
  await makeFolder(path)
  const files: string[] = []
  const left: { figure: Figure; why: DescentError }[] = []
  for (const { figure, data } of await figureData(terminal, figures, look.rerun)) {
    terminal.signal.throwIfAborted()
    if (data instanceof DescentError) left.push({ figure, why: data })
    else
      for (const format of wanted) {
        const file = join(path, `${figure.id}.${format}`)
        await writeAs(format, file, data, terminal, look)
        files.push(file)
      }
  }
  return { files, left }
}

async function writeAs(
  format: Format,
  file: string,
  data: FigureData,
  { locale }: Terminal,
  { theme, scale, title, width, height }: Look,
): Promise<void> {
  const { figure } = data
  const usual = figureSize(figure)
  const size = { width: width ?? usual.width, height: height ?? usual.height }
  const svg = renderSvg(
    drawFigure(data, { ...size, theme, locale, ...(title && { title: figure.title[locale] }) }),
    { ...size, theme, id: figure.id, title: figure.title[locale], description: figure.caption[locale] },
  )
  await writeWhole(file, [format === 'svg' ? `${svg}\n` : await renderPng(svg, scale)])
}

/** The numbers of each figure, or why there are none. Runs that several figures share are trained once. */
async function figureData(
  terminal: Terminal,
  figures: readonly Figure[],
  rerun: boolean,
): Promise<{ figure: Figure; data: FigureData | DescentError }[]> {
  const settings = figures.flatMap((figure) => (figure.kind === 'training' ? runsOf(figure).flat() : []))
  const recorded = rerun || settings.length === 0 ? [] : await recordedRuns()
  const untrained = settings.filter(
    (wanted) => !recorded.some(({ record }) => isDeepStrictEqual(record.settings, wanted)),
  )
  const trained = untrained.length > 0 ? await withLab((lab) => finishedRuns(lab, terminal, untrained)) : []
  const runs = [...recorded, ...trained]
  return figures.map((figure) => {
    if (figure.kind !== 'training') return { figure, data: computeFigure(figure) }
    const own = runsOf(figure).map((list) =>
      list.flatMap((wanted) => runs.find(({ record }) => isDeepStrictEqual(record.settings, wanted)) ?? []),
    )
    const failure = own
      .flat()
      .map(unfinished)
      .find((why) => why !== undefined)
    if (failure) return { figure, data: failure }
    return { figure, data: { kind: 'training', figure, runs: own } }
  })
}

/** Why a run has no curve to its end; undefined where it has one. */
function unfinished({ record: { id, status, error } }: MeasuredRun): DescentError | undefined {
  if (error) return new DescentError(error.code, error.message, error.remedy)
  return status === 'done' || status === 'diverged'
    ? undefined
    : new DescentError(
        'conflict',
        `The run ${id} ended as ${status}.`,
        'Draw the figure again to train it again.',
      )
}

/** A finished run for each of the settings: from the library where there is one of this version, else trained now. */
async function finishedRuns(
  lab: LabClient,
  terminal: Terminal,
  settings: readonly RunSettings[],
): Promise<MeasuredRun[]> {
  const { version } = await lab.call('lab.info', {})
  const { runs } = await lab.call('runs.list', {})
  const different = settings.filter(
    (one, k) => settings.findIndex((other) => isDeepStrictEqual(other, one)) === k,
  )
  const known = different.flatMap(
    (wanted) =>
      runs.findLast(
        (run) =>
          ['done', 'diverged'].includes(run.status) &&
          run.provenance?.versions['descent-lab'] === version &&
          isDeepStrictEqual(run.settings, wanted),
      ) ?? [],
  )
  const missing = different.filter((wanted) => !known.some((run) => isDeepStrictEqual(run.settings, wanted)))
  const trained =
    missing.length === 0
      ? []
      : [
          ...(
            await followRuns(lab, terminal, 'figures', async () => {
              const { runIds } = await lab.call('runs.submit', { runs: missing })
              return runIds
            })
          ).keys(),
        ]
  return await Promise.all(
    [...known.map(({ id }) => id), ...trained].map(async (runId) => {
      const { run, metrics } = await lab.call('runs.show', { runId })
      return { record: run, metrics }
    }),
  )
}
