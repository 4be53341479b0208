import { computed, onScopeDispose, shallowRef, toValue, type MaybeRefOrGetter } from 'vue'

const source = shallowRef<{ trail: MaybeRefOrGetter<readonly string[]> }>({ trail: [] })

/** What follows the page's name in the top bar. */
export const crumbs = computed(() => toValue(source.value.trail).filter((crumb) => crumb !== ''))

/** What within the page one is at: the experiment's title, the run's name. Gone with the calling component. */
export function useBreadcrumb(trail: MaybeRefOrGetter<readonly string[]>): void {
  const own = { trail }
  source.value = own
  onScopeDispose(() => {
    if (source.value === own) source.value = { trail: [] }
  })
}
