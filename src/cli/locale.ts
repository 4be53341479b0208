/** `--locale`, else the environment's language, as the two that Descent Lab speaks. */
export function localeOf(env: NodeJS.ProcessEnv, argv: readonly string[] = process.argv): 'en' | 'zh-CN' {
  const at = argv.findIndex((argument) => argument === '--locale' || argument.startsWith('--locale='))
  const given = at < 0 ? undefined : (argv[at]?.split('=')[1] ?? argv[at + 1])
  const language = given ?? env['LC_ALL'] ?? env['LC_MESSAGES'] ?? env['LANG'] ?? 'en'
  return language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en'
}
