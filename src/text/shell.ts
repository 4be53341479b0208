/** A text as one word of a command line, as POSIX shells read it. */
export const shellWord = (text: string): string =>
  /^[\w=.,:@%+/-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
