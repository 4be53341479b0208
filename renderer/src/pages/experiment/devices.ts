import type { CallOutput } from '../../../../src/contract/contract.ts'
import type { LabContract } from '../../../../src/contract/lab.ts'
import type { Locale } from '../../../../src/locales/message.ts'
import { windowText } from '../../../../src/locales/window/index.ts'

type Engine = CallOutput<LabContract, 'lab.doctor'>['engines'][number]

export interface DeviceChoice {
  readonly value: string
  readonly label: string
  /** What it is on the lab's machine, or why it cannot be had there. */
  readonly hint: string
  readonly isThere: boolean
}

/** What a device is called; undefined where there is none of that name. */
export function deviceName(id: string, locale: Locale): string | undefined {
  const card = /^gpu:(\d+)$/.exec(id)?.[1]
  if (card !== undefined) return windowText(locale, 'experiment.device.gpuNumber', { number: card })
  const known = ['auto', 'cpu', 'gpu', 'webgpu', 'portable'] as const
  const found = known.find((device) => device === id)
  return found && windowText(locale, `experiment.device.${found}`)
}

/**
 * The devices a run may ask for, with what the lab's machine has of each.
 * @param engines as the doctor found them; null while that is not known, when nothing is ruled out
 * @param needsTensorFlow some workload is too large for plain arrays
 * @param current is listed, whatever it is
 */
export function deviceChoices(
  engines: readonly Engine[] | null,
  needsTensorFlow: boolean,
  current: string,
  locale: Locale,
): DeviceChoice[] {
  const named = (id: string): Engine | undefined => engines?.find((engine) => engine.id === id)
  const tensorflow = named('tensorflow')
  // An engine that works and has a reason all the same is not on the graphics card.
  const onCard = tensorflow?.available && !tensorflow.reason ? tensorflow : undefined
  const cards = onCard ? cardsOf(onCard) : []
  const choice = (value: string, hint: string, isThere: boolean): DeviceChoice => ({
    value,
    label: deviceName(value, locale) ?? value,
    hint,
    isThere: engines === null || isThere,
  })
  const ofEngine = (value: string, engine: Engine | undefined, hint?: string): DeviceChoice =>
    choice(
      value,
      engine?.available ? (hint ?? [engine.device, why(engine)].filter(Boolean).join('. ')) : absence(engine),
      engine?.available === true,
    )
  const absence = (engine: Engine | undefined): string =>
    engines === null ? '' : (engine && why(engine)) || windowText(locale, 'experiment.device.absent')
  const onProcessor = needsTensorFlow ? tensorflow : named('direct')
  const processor = named('direct')?.device ?? ''
  const choices = [
    ofEngine('auto', onProcessor, windowText(locale, 'experiment.device.autoHint')),
    ofEngine('cpu', onProcessor, processor),
    choice('gpu', onCard?.device ?? absence(tensorflow), onCard !== undefined),
    ...(cards.length > 1 ? cards.map(({ number, text }) => choice(`gpu:${number}`, text, true)) : []),
    ofEngine('webgpu', named('webgpu')),
    ofEngine('portable', named('portable')),
  ]
  if (choices.some(({ value }) => value === current)) return choices
  const number = /^gpu:(\d+)$/.exec(current)?.[1]
  const isThere = cards.some((card) => card.number === number)
  const hint =
    number === undefined || engines === null || isThere
      ? ''
      : windowText(locale, 'experiment.device.noSuchCard', { number })
  return [...choices, choice(current, hint, hint === '')]
}

const why = ({ reason = '', remedy = '' }: Engine): string => [reason, remedy].filter(Boolean).join(' ')

/** The doctor lists graphics cards as `GPU 0: …; GPU 1: …`. */
const cardsOf = ({ device }: Engine): { number: string; text: string }[] =>
  [...device.matchAll(/GPU (\d+): ([^;]+)/g)].map(([, number = '', text = '']) => ({ number, text }))
