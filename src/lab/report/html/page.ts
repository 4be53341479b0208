import type { Comparison } from '../../../charts/comparison.ts'
import type { Locale } from '../../../locales/message.ts'
import type { ComparisonSummary } from '../../../comparison/summary.ts'

export interface Formula {
  /** KaTeX source. */
  tex: string
  title: string
  source: string
}

export interface HtmlOptions {
  locale: Locale
  /** Update rules by optimizer id; those that were run are printed. */
  formulas?: Readonly<Record<string, Formula>> | undefined
  now: Date
  /** Names of the CSV files written beside the report. */
  csv?: { curves: string; runs: string } | undefined
  /** Everything unfolded, for paper. */
  unfolded?: boolean | undefined
}

/** What every part of a report is made from. */
export interface Page {
  comparison: Comparison
  summary: ComparisonSummary
  options: HtmlOptions
  locale: Locale
  /** Figures and tables numbered so far. */
  numbers: { figure: number; table: number }
}
