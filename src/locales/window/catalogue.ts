/** The names between braces in a text; `count` also for one that inflects (`[one|other]`). */
type Braced<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Braced<Rest>
  : never
export type ParametersOf<Text extends string> =
  Braced<Text> | (Text extends `${string}[${string}|${string}]${string}` ? 'count' : never)

/** The other language of an area: the same keys, or it does not compile. */
export type Translation<Area> = Readonly<Record<keyof Area, string>>

/** The text with its parameters in place; `[one|other]` follows `count`. */
export function fill(text: string, parameters: Readonly<Record<string, string | number>>): string {
  return text
    .replace(/\[([^|\]]*)\|([^\]]*)\]/g, (_match, one: string, other: string) =>
      Number(parameters['count']) === 1 ? one : other,
    )
    .replace(/\{(\w+)\}/g, (match, name: string) => String(parameters[name] ?? match))
}
