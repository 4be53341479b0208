import type { Study } from '../charts/comparison.ts'
import { findings } from '../comparison/findings.ts'
import { summarise, type ComparisonSummary } from '../comparison/summary.ts'
import type { Experiment } from '../experiments/experiment.ts'
import type { RunSummary } from '../experiments/run.ts'
import { message, type Locale } from '../locales/message.ts'

/** Curves are in the report; how runs ended is all that verdicts ask. */
const noCurve = {
  step: new Float64Array(0),
  examples: new Float64Array(0),
  seconds: new Float64Array(0),
  trainLoss: new Float64Array(0),
}

/**
 * @param experiment where the runs come from: what it tuned is kept apart from what is compared
 * @param epochs what trials measured after theirs, by run, where there are targets
 */
export const summaryOf = (
  runs: readonly RunSummary[],
  experiment: Experiment,
  margin: number | undefined,
  epochs?: Study['epochs'],
): ComparisonSummary =>
  summarise(
    runs.map((run) => ({ record: { ...run, epochs: [] }, metrics: noCurve })),
    {
      margin: margin ?? experiment.margin,
      targets: experiment.targets,
      cutFrom: experiment.cutFrom,
      ...(experiment.tuning && { study: { experiment, runs, ...(epochs && { epochs }) } }),
    },
  )

/** What was found, a paragraph a section. */
export const findingsText = ({ sections, tuning }: ComparisonSummary, locale: Locale): string => {
  if (sections.length === 0 && tuning) return message(locale, 'tuning.nothing')
  return sections
    .map((section) => {
      const said = findings(section, locale).join(message(locale, 'sentence.join'))
      const name = section.batch === null ? section.workload : `${section.workload}, batch ${section.batch}`
      return sections.length > 1 ? `${name}: ${said}` : said
    })
    .join('\n')
}
