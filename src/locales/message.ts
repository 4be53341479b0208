import { en } from './en.ts'
import type { LocalizedText } from './localized.ts'
import { zhCN } from './zh-CN.ts'

export type Locale = keyof LocalizedText
export const locales = ['en', 'zh-CN'] as const satisfies readonly Locale[]

export type MessageKey = keyof typeof en
/** A catalogue: a language that lacks a key does not compile. */
export type Messages = Readonly<Record<MessageKey, string>>

/** The names between braces in a message. */
type Parameter<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Parameter<Rest>
  : never
/** What a message needs; `count` also for one that inflects. */
export type Parameters<Key extends MessageKey> =
  | Parameter<(typeof en)[Key]>
  | ((typeof en)[Key] extends `${string}[${string}|${string}]${string}` ? 'count' : never)

export const catalogues: Readonly<Record<Locale, Messages>> = { en, 'zh-CN': zhCN }

type Arguments<Key extends MessageKey> = [Parameters<Key>] extends [never]
  ? []
  : [params: Readonly<Record<Parameters<Key>, string | number>>]

/** The sentence in that language with its parameters in place. `[one|other]` follows `count`. */
export function message<Key extends MessageKey>(locale: Locale, key: Key, ...rest: Arguments<Key>): string {
  const params: Readonly<Record<string, string | number>> = rest[0] ?? {}
  return catalogues[locale][key]
    .replace(/\[([^|\]]*)\|([^\]]*)\]/g, (_match, one: string, other: string) =>
      Number(params['count']) === 1 ? one : other,
    )
    .replace(/\{(\w+)\}/g, (match, name: string) => String(params[name] ?? match))
}

/** A key that is put together at run time, if the catalogue has it. */
export function isMessageKey(key: string): key is MessageKey {
  return Object.hasOwn(en, key)
}
