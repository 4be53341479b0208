import { InvalidArgumentError } from 'commander'

export type CommandLocale = 'en' | 'zh-CN'

/** `--locale`, else the environment's language, as the two that Descent Lab speaks; a variable that is empty is not set. */
export function localeOf(env: NodeJS.ProcessEnv, argv: readonly string[] = process.argv): CommandLocale {
  const at = argv.findIndex((argument) => argument === '--locale' || argument.startsWith('--locale='))
  const given = at < 0 ? undefined : (argv[at]?.split('=')[1] ?? argv[at + 1])
  return spoken(given || env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || '') ?? 'en'
}

/** What `--locale` takes; `localeOf` has read it before. */
export function localeNamed(text: string): CommandLocale {
  const locale = spoken(text)
  if (!locale) throw new InvalidArgumentError(`"${text}" must be en or zh-CN.`)
  return locale
}

/** `zh_CN.UTF-8` is `zh-CN`. */
function spoken(language: string): CommandLocale | undefined {
  const [name] = language.toLowerCase().split(/[-_.]/)
  return name === 'zh' ? 'zh-CN' : name === 'en' ? 'en' : undefined
}
