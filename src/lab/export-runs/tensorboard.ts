import { namedSchedule, usedHyperparameters } from '../../experiments/used-settings.ts'
import type { RunSummary } from '../../experiments/run.ts'
import { head, scalar, text } from './event-file.ts'
import type { ZippedFile } from '../zip.ts'
import type { ExportedRun } from './source.ts'

/** A folder a run, as `tensorboard --logdir` wants them; the folder is the name that TensorBoard shows. */
export function tensorBoardFiles(runs: readonly ExportedRun[]): ZippedFile[] {
  const names = runs.map(({ run }) => folderName(run.name))
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name.toLowerCase(), (counts.get(name.toLowerCase()) ?? 0) + 1)
  return runs.map((one, i) => {
    const name = names[i] as string
    const folder = counts.get(name.toLowerCase()) === 1 ? name : `${name} ${one.run.id}`
    // The same run, the same file: written twice into one folder it is not there twice.
    const seconds = Math.floor(startOf(one.run))
    return { path: `${folder}/events.out.tfevents.${seconds}.descent-lab`, pieces: () => events(one) }
  })
}

const startOf = ({ startedAt, createdAt }: RunSummary): number => Date.parse(startedAt ?? createdAt) / 1000

/** A name that every file system takes. */
const folderName = (name: string): string =>
  name
    // eslint-disable-next-line no-control-regex -- no file system takes them
    .replace(/[<>:"/\\|?*\u0000-\u001f]+/g, '_')
    .replace(/^[. ]+|[. ]+$/g, '')
    .slice(0, 120)
    .trim() || 'run'

/** Events written at once. */
const perPiece = 1000

/** The settings as a text, then every point and every epoch, in the order of the steps. */
function* events({ run, points, epochs }: ExportedRun): Generator<Uint8Array> {
  const start = startOf(run)
  let waiting = [
    head(start),
    text('settings', settingsTable(run), { wallTime: start, step: 0 }),
    ...(run.note ? [text('note', run.note, { wallTime: start, step: 0 })] : []),
  ]
  const curve = points()
  const ends = epochs()
  const stepsPerEpoch = run.totalSteps / run.settings.epochs
  let epoch = 0
  const endOf = (index: number): number => Math.round(((ends.epoch[index] as number) + 1) * stepsPerEpoch)
  const epochEvents = (): Uint8Array[] => {
    const moment = { wallTime: start + (ends.seconds[epoch] as number), step: endOf(epoch) }
    const measured = (tag: string, column: Float64Array | undefined): Uint8Array[] =>
      column ? [scalar(tag, column[epoch] as number, moment)] : []
    const written = [
      ...measured('epoch/train_loss', ends.trainLoss),
      ...measured('epoch/train_accuracy', ends.trainAccuracy),
      ...measured('epoch/test_loss', ends.testLoss),
      ...measured('epoch/test_accuracy', ends.testAccuracy),
      ...measured('epoch/validation_loss', ends.validationLoss),
      ...measured('epoch/validation_accuracy', ends.validationAccuracy),
    ]
    epoch++
    return written
  }
  for (let i = 0; i < curve.step.length; i++) {
    const step = curve.step[i] as number
    while (epoch < ends.epoch.length && endOf(epoch) < step) waiting.push(...epochEvents())
    const moment = { wallTime: start + (curve.seconds[i] as number), step }
    waiting.push(scalar('train/loss', curve.trainLoss[i] as number, moment))
    if (curve.trainAccuracy) waiting.push(scalar('train/accuracy', curve.trainAccuracy[i] as number, moment))
    if (waiting.length >= perPiece) {
      yield Buffer.concat(waiting)
      waiting = []
    }
  }
  while (epoch < ends.epoch.length) waiting.push(...epochEvents())
  yield Buffer.concat(waiting)
}

function settingsTable({ id, settings, provenance, origin }: RunSummary): string {
  const { optimizer, schedule: _schedule, set: _set, ...rest } = settings
  const rows = Object.entries({
    run: id,
    optimizer,
    ...usedHyperparameters(settings),
    ...namedSchedule(settings),
    ...rest,
    ...(provenance && { engine: provenance.engine, 'device in use': provenance.device }),
    ...(origin && { 'from bundle': origin.bundle }),
  })
  const clean = (value: unknown): string => String(value).replaceAll('|', '\\|').replace(/\s+/g, ' ')
  return [
    '| setting | value |',
    '| --- | --- |',
    ...rows.map(([name, value]) => `| ${name} | ${clean(value)} |`),
  ].join('\n')
}
