import { nextTick, onMounted, onScopeDispose, ref, watch, type Ref } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { oncePerFrame } from '../../lib/frames.ts'

/** How long what was just made may still move the part that was asked for, in frames. */
const settlingFrames = 12
/** Pixels under the line that names the parts. */
const headRoom = 46

/**
 * The part of the page that its address names (`?part=…`), and the one that is looked at.
 * @param parts ids from top to bottom
 * @param parentOf the part in which something with an address of its own lies
 */
export function usePart(
  page: Readonly<Ref<HTMLElement | null>>,
  parts: () => readonly string[],
  parentOf: (id: string) => string,
) {
  const route = useRoute()
  const router = useRouter()
  const wanted = ref<string | null>(null)
  const current = ref('')

  const look = oncePerFrame(() => {
    const top = page.value?.getBoundingClientRect().top ?? 0
    const at = parts().findLast((id) => {
      const box = document.getElementById(`part-${id}`)
      return box && box.getBoundingClientRect().top <= top + 96
    })
    const element = page.value
    const isAtEnd =
      element && element.scrollTop > 0 && element.scrollTop + element.clientHeight >= element.scrollHeight - 4
    current.value = (isAtEnd ? parts().at(-1) : at) ?? parts()[0] ?? ''
  })
  watch(page, (now, before) => {
    before?.removeEventListener('scroll', look)
    now?.addEventListener('scroll', look, { passive: true })
  })
  onScopeDispose(() => page.value?.removeEventListener('scroll', look))

  let turn = 0
  /** Shows a part; what is made above it on the way moves it, so it is looked for again until it stays. */
  async function show(id: string): Promise<void> {
    const mine = ++turn
    wanted.value = parentOf(id)
    for (let frame = 0; frame < settlingFrames && mine === turn; frame++) {
      await nextTick()
      const box = document.getElementById(`part-${id}`) ?? document.getElementById(`part-${parentOf(id)}`)
      const element = page.value
      // Not scrollIntoView, which moves the window around the page as well.
      if (box && element)
        element.scrollTop += box.getBoundingClientRect().top - element.getBoundingClientRect().top - headRoom
      await new Promise((done) => requestAnimationFrame(done))
    }
    look()
  }
  const asked = (): string | null => (typeof route.query['part'] === 'string' ? route.query['part'] : null)
  watch([asked, () => parts().length > 0] as const, ([id, isThere]) => {
    if (id !== null && isThere) void show(id)
  })
  onMounted(() => {
    const id = asked()
    if (id !== null && parts().length > 0) void show(id)
    look()
  })
  return {
    wanted,
    current,
    go(id: string): void {
      if (asked() === id) void show(id)
      else void router.replace({ query: { ...route.query, part: id } })
    },
  }
}
