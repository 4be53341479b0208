import { computed } from 'vue'
import { useRouter } from 'vue-router'
import { locales } from '../../../src/locales/message.ts'
import { t } from '../i18n.ts'
import {
  IconAdvisor,
  IconBundle,
  IconDark,
  IconLanguage,
  IconLearn,
  IconLight,
  IconRuns,
  IconSystem,
} from '../icons.ts'
import { pages } from '../router.ts'
import { chooseBundle } from '../stores/bundles.ts'
import { useCommands, type Command } from '../stores/commands.ts'
import { preferences } from '../stores/preferences.ts'
import { runs } from '../stores/runs.ts'

/** What the palette offers on every page: the pages, the looks, the runs. */
export function useShellCommands(): void {
  const router = useRouter()
  const control = navigator.platform.startsWith('Mac') ? '⌘' : 'Ctrl '
  const themeIcons = { light: IconLight, dark: IconDark, system: IconSystem }

  useCommands(
    computed(() => [
      ...pages.map(({ name, icon }, index): Command => ({
        id: `go.${name}`,
        label: t(`nav.${name}`),
        words: name,
        group: 'go',
        icon,
        keys: `${control}${index + 1}`,
        run: () => router.push(`/${name}`),
      })),
      {
        id: 'go.learn',
        label: t('nav.learn'),
        words: 'learn lesson 学习 课堂',
        group: 'go',
        icon: IconLearn,
        run: () => router.push('/learn'),
      },
      {
        id: 'go.advisor',
        label: t('advisor.ask'),
        words: 'advisor choose recommend 顾问 选择 推荐',
        group: 'go',
        icon: IconAdvisor,
        run: () => router.push('/advisor'),
      },
      {
        id: 'bundle.open',
        label: t('bundle.open'),
        words: 'bundle open zip reproduce 实验包 打开 复现',
        group: 'actions',
        icon: IconBundle,
        run: () => chooseBundle(router),
      },
      ...(['light', 'dark', 'system'] as const)
        .filter((theme) => theme !== preferences.theme)
        .map((theme): Command => ({
          id: `theme.${theme}`,
          label: t(`palette.theme.${theme}`),
          words: `theme ${theme} 主题`,
          group: 'actions',
          icon: themeIcons[theme],
          run: () => (preferences.theme = theme),
        })),
      ...locales.map((language): Command => ({
        id: `language.${language}`,
        label: t(`palette.language.${language}`),
        words: 'language 语言',
        group: 'actions',
        icon: IconLanguage,
        run: () => (preferences.language = language),
      })),
    ]),
  )
  useCommands(
    computed(() =>
      runs.list.value.toReversed().map(({ id, name }): Command => ({
        id: `run.${id}`,
        label: name,
        words: id,
        group: 'runs',
        icon: IconRuns,
        run: () => router.push({ path: '/runs', query: { run: id } }),
      })),
    ),
  )
}
