/** Left side, sign and right side of a TeX assignment; null where it is none. */
export function splitAssignment(line: string): [string, string, string] | null {
  const match = /^(.*?) (=|\\leftarrow) (.*)$/s.exec(line)
  return match ? [match[1] as string, match[2] as string, match[3] as string] : null
}
