import { computed, shallowRef, watch, type Ref } from 'vue'
import type { SectionSummary } from '../../../../src/comparison/summary.ts'
import type { LooksAround } from '../../../../src/experiments/looks.ts'
import { isOpen, lab } from '../../connection/index.ts'
import { hasClasses } from '../../lib/measures.ts'

/** What the lab remembers of the test set that a section is compared on; asked again as other runs are compared. */
export function useTestSetLooks(
  section: Readonly<Ref<SectionSummary>>,
): Readonly<Ref<readonly LooksAround[]>> {
  const looks = shallowRef<readonly LooksAround[]>([])
  /** As text: equal ones are not asked for twice. */
  const wanted = computed(() => {
    const { workload, series } = section.value
    if (!isOpen.value || !hasClasses(workload)) return ''
    return series.flatMap(({ runs }) => runs.map(({ record }) => record.id)).join(' ')
  })
  watch(
    wanted,
    async (ids) => {
      // One doubt less is shown while the lab does not answer; the connection's own banner says that it does not.
      const answer =
        ids === '' ? null : await lab.call('runs.looks', { runIds: ids.split(' ') }).catch(() => null)
      if (wanted.value === ids) looks.value = answer?.looks ?? []
    },
    { immediate: true },
  )
  return looks
}
