import type { LooksAround } from '../experiments/looks.ts'
import { message, type Locale } from '../locales/message.ts'
import { workloads } from '../workloads/index.ts'

/** Where what is compared may have been chosen by the test set that it is compared on. */
export const lookThreats = (looks: readonly LooksAround[], locale: Locale): string[] =>
  looks
    .filter(({ before }) => before > 0)
    .map(({ workload, before }) =>
      message(locale, 'threat.looks', { workload: titleOf(workload, locale), count: before }),
    )

/** How often each test set has been looked at, for the record. */
export const lookSentences = (looks: readonly LooksAround[], locale: Locale): string[] =>
  looks.map(({ workload, settings, before }) =>
    message(locale, 'report.provenance.looksText', {
      workload: titleOf(workload, locale),
      count: settings,
      before,
    }),
  )

const titleOf = (id: string, locale: Locale): string =>
  workloads.find((workload) => workload.id === id)?.title[locale] ?? id
