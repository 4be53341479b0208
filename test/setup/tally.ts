type Outcome = 'passed' | 'failed' | 'skipped'
type Counts = Record<Outcome, number>

/** Counts outcomes by suite and remembers what failed. */
export class Tally {
  private readonly suites = new Map<string, Counts>()
  private readonly failures: string[] = []

  add(suite: string, name: string, outcome: Outcome): void {
    const counts = this.suites.get(suite) ?? { passed: 0, failed: 0, skipped: 0 }
    counts[outcome] += 1
    this.suites.set(suite, counts)
    if (outcome === 'failed') this.failures.push(`${suite}: ${name}`)
  }

  get total(): Counts {
    const total = { passed: 0, failed: 0, skipped: 0 }
    for (const { passed, failed, skipped } of this.suites.values()) {
      total.passed += passed
      total.failed += failed
      total.skipped += skipped
    }
    return total
  }

  /** A line a suite, what failed, and the total as the last line. */
  text(): string {
    const width = Math.max(0, ...[...this.suites.keys()].map((name) => name.length))
    const lines = [...this.suites].map(([name, counts]) => `${name.padEnd(width)}  ${countsText(counts)}`)
    const failures =
      this.failures.length > 0 ? ['', 'Failed:', ...this.failures.map((name) => `  ${name}`)] : []
    return ['', ...lines, ...failures, '', countsText(this.total), ''].join('\n')
  }
}

function countsText({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`
}
