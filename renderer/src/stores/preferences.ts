import { computed, reactive, ref, watch, watchEffect } from 'vue'
import type { ThemeName } from '../../../src/charts/theme.ts'
import { locales, type Locale } from '../../../src/locales/message.ts'
import { load, save } from '../lib/storage.ts'

export interface Preferences {
  theme: 'system' | 'light' | 'dark'
  language: 'system' | Locale
  density: 'comfortable' | 'compact'
}

const defaults: Preferences = { theme: 'system', language: 'system', density: 'comfortable' }

/** What the person chose; kept in this browser. */
export const preferences = reactive<Preferences>({
  ...defaults,
  ...load<Partial<Preferences>>('preferences', {}),
})
watch(preferences, () => save('preferences', { ...preferences }))

const darkQuery = matchMedia('(prefers-color-scheme: dark)')
const systemDark = ref(darkQuery.matches)
darkQuery.addEventListener('change', ({ matches }) => (systemDark.value = matches))

const motionQuery = matchMedia('(prefers-reduced-motion: reduce)')
export const reducedMotion = ref(motionQuery.matches)
motionQuery.addEventListener('change', ({ matches }) => (reducedMotion.value = matches))

/** The theme in force; pass it to figures. */
export const theme = computed<Exclude<ThemeName, 'print'>>(() =>
  preferences.theme === 'system' ? (systemDark.value ? 'dark' : 'light') : preferences.theme,
)

/** The first of the browser's languages that we speak. */
const systemLocale: Locale =
  navigator.languages
    .map((tag) => tag.toLowerCase())
    .map((tag) => (tag.startsWith('zh') ? 'zh-CN' : tag.startsWith('en') ? 'en' : undefined))
    .find((known) => known !== undefined) ?? 'en'

/** The language in force. */
export const locale = computed<Locale>(
  () => locales.find((known) => known === preferences.language) ?? systemLocale,
)

/** Hands theme, language and density to the stylesheets. */
export function applyPreferences(): void {
  watchEffect(() => {
    const root = document.documentElement
    root.dataset['theme'] = theme.value
    root.dataset['density'] = preferences.density
    root.lang = locale.value
  })
}
