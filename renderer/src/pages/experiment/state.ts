import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import type { CallOutput } from '../../../../src/contract/contract.ts'
import type { LabContract } from '../../../../src/contract/lab.ts'
import { optimizers } from '../../../../src/optimizers/index.ts'
import { isOpen, lab } from '../../connection/index.ts'
import { t } from '../../i18n.ts'
import { describeError } from '../../lib/errors.ts'
import { useDraft } from '../../stores/drafts.ts'
import { locale } from '../../stores/preferences.ts'
import { queue } from '../../stores/queue.ts'
import {
  nextKey,
  placeOf,
  plainParts,
  rawOf,
  readDraft,
  type Draft,
  type DraftSchedule,
  type DraftSeries,
} from './draft.ts'
import { examine, lengthOf } from './examine.ts'
import { locate, type Place } from './locate.ts'
import { sample } from './sample.ts'
import { writeFile } from './write.ts'

interface Saved {
  draft: Draft
  /** The file: what is run, saved and shown. */
  text: string
  /** The last text that had the form of an experiment. */
  good: string
  fileName: string
  /** As it was opened or last saved. */
  savedText: string
  view: 'series' | 'file'
  /** The card that shows all its settings. */
  open: number | null
}

const fresh = (text: string, fileName: string): Saved => ({
  draft: readDraft(text, fileName),
  text,
  good: text,
  fileName,
  savedText: text,
  view: 'series',
  open: null,
})

export interface FileFault extends Place {
  message: string
}

/** The experiment being set up. Form and file are two views of it; `text` is what runs. */
export function useExperiment() {
  const saved = useDraft<Saved>('experiment', fresh(sample.text, sample.file))
  saved.draft = { ...plainParts(), ...saved.draft }
  /** What the file says; the form follows it and changes of the form change it. */
  let said = JSON.stringify(rawOf(saved.draft))
  /** The file as it is typed has not the form of an experiment; the form shows the last one that had. */
  const broken = shallowRef<FileFault | null>(null)

  function take(text: string): void {
    try {
      const next = readDraft(text, saved.fileName, saved.draft)
      said = JSON.stringify(rawOf(next))
      saved.draft = next
      saved.good = text
      broken.value = null
    } catch (error) {
      broken.value = placeOf(error, saved.fileName) ?? { line: 1, column: 1, message: String(error) }
    }
  }
  // The page may have been left with the file in the middle of a line.
  take(saved.text)

  watch(
    () => JSON.stringify(rawOf(saved.draft)),
    (raw) => {
      if (raw === said) return
      said = raw
      saved.text = saved.good = writeFile(rawOf(saved.draft), saved.text)
      broken.value = null
    },
    { flush: 'sync' },
  )

  const examination = computed(() => examine(saved.draft, locale.value))
  const faultOf = (path: string): string => examination.value.faults.get(path) ?? ''
  /** What is wrong with the file, and where. */
  const fileFaults = computed<readonly FileFault[]>(() =>
    broken.value
      ? [broken.value]
      : examination.value.first === null && check.error.value !== null
        ? [
            placeOf(check.error.value, saved.fileName) ?? {
              line: 1,
              column: 1,
              ...describeError(check.error.value),
            },
          ]
        : [...examination.value.faults].map(([path, message]) => ({
            ...locate(saved.text, saved.draft, path),
            message,
          })),
  )
  const isRight = computed(() => broken.value === null && examination.value.first === null)

  const check = useCheck(
    () => saved.text,
    () => saved.fileName,
    isRight,
  )

  function load(text: string, fileName: string): () => void {
    const before = JSON.parse(JSON.stringify(saved)) as Saved
    const { view } = saved
    let next: Saved
    try {
      next = fresh(text, fileName)
      broken.value = null
    } catch (error) {
      // Not an experiment yet: shown as a file, with its fault.
      next = { ...before, text, fileName, savedText: text, view: 'file', open: null }
      broken.value = placeOf(error, fileName) ?? { line: 1, column: 1, message: String(error) }
    }
    said = JSON.stringify(rawOf(next.draft))
    Object.assign(saved, next, broken.value ? {} : { view })
    return () => {
      said = JSON.stringify(rawOf(before.draft))
      Object.assign(saved, before)
      take(saved.text)
    }
  }

  function addSeries(optimizer: string, after?: DraftSeries): DraftSeries {
    const list = saved.draft.series
    const series: DraftSeries = after
      ? { ...(JSON.parse(JSON.stringify(after)) as DraftSeries), key: nextKey(list) }
      : { key: nextKey(list), optimizer, label: '', set: {}, batch: '', epochs: '', schedules: null }
    const at = after ? list.findIndex(({ key }) => key === after.key) + 1 : list.length
    list.splice(at, 0, series)
    return series
  }

  return {
    saved,
    broken,
    examination,
    faultOf,
    fileFaults,
    isRight,
    check,
    load,
    addSeries,
    /** The File view was typed in. */
    typed(text: string): void {
      saved.text = text
      take(text)
    },
    /** What the form says in place of a file that is broken. */
    mend(): void {
      saved.text = writeFile(rawOf(saved.draft), saved.good)
      broken.value = null
    },
    /** Of the training that most series get. */
    length: computed(() => lengthOf(examination.value.series)),
    isChanged: computed(() => saved.text !== saved.savedText),
    /** An optimizer that has no card yet, or the first. */
    nextOptimizer: (): string =>
      optimizers.find(({ id }) => !saved.draft.series.some(({ optimizer }) => optimizer === id))?.id ?? 'sgd',
  }
}
export type ExperimentState = ReturnType<typeof useExperiment>

type Checked = CallOutput<LabContract, 'experiments.check'>

/** The lab's own word on what would run, a moment after the last change. */
function useCheck(text: () => string, name: () => string, ready: Readonly<{ value: boolean }>) {
  const result = shallowRef<Checked | null>(null)
  const error = shallowRef<unknown>(null)
  const pending = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  let abort: AbortController | undefined

  async function ask(): Promise<void> {
    abort?.abort()
    const own = (abort = new AbortController())
    try {
      const answer = await lab.call(
        'experiments.check',
        { text: text(), name: name() },
        { signal: own.signal },
      )
      if (own.signal.aborted) return
      result.value = answer
      error.value = null
    } catch (thrown) {
      if (own.signal.aborted) return
      result.value = null
      error.value = thrown
    }
    pending.value = false
  }
  watch(
    [text, ready, isOpen, () => queue.value === null],
    () => {
      clearTimeout(timer)
      abort?.abort()
      error.value = null
      pending.value = false
      if (!ready.value || !isOpen.value) return
      pending.value = true
      timer = setTimeout(() => void ask(), 250)
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    clearTimeout(timer)
    abort?.abort()
  })
  return { result, error, pending }
}

/**
 * Another page hands over an experiment, which stands there when the experiment page is opened.
 * @param raw as a file says it
 * @param before the text of a file that it was made of, whose comments stay
 * @returns what brings back the experiment that was being set up
 */
export function setUpExperiment(
  raw: Readonly<Record<string, unknown>>,
  title: string,
  before = '',
): () => void {
  const saved = useDraft<Saved>('experiment', fresh(sample.text, sample.file))
  const old = JSON.parse(JSON.stringify(saved)) as Saved
  Object.assign(saved, fresh(writeFile(raw, before), fileNameOf(title)))
  return () => Object.assign(saved, old)
}

/** A file's name made of the experiment's title. */
export function fileNameOf(title: string): string {
  const name = title
    .trim()
    .toLowerCase()
    .replace(/[\s/\\:*?"<>|.·,;]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60)
    .replace(/-+$/, '')
  return `${name || 'experiment'}.yaml`
}

export const emptyText = (): string =>
  `title: ${t('experiment.new.title')}\nworkloads: airfoil\nseeds: 5\noptimizers:\n  - { id: sgd, set: { lr: 0.05 } }\n`

/**
 * Schedules that another page hands over, in place of the experiment's own: what the experiment page then shows.
 * @returns what brings back the schedules before
 */
export function receiveSchedules(given: readonly Omit<DraftSchedule, 'key'>[]): () => void {
  const saved = useDraft<Saved>('experiment', fresh(sample.text, sample.file))
  const before = JSON.parse(JSON.stringify(saved)) as Saved
  // A file in the middle of being typed gives way to the last that could be read.
  const draft = readDraft(saved.good, saved.fileName, saved.draft)
  draft.schedules = given.map((schedule, index) => ({ ...schedule, key: index + 1 }))
  saved.draft = draft
  saved.text = saved.good = writeFile(rawOf(draft), saved.good)
  saved.view = 'series'
  return () => Object.assign(saved, before)
}
