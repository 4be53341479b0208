/**
 * What may be forgotten so that the rest fits: those wanted longest ago first, never those that must stay.
 * @param keys in the order in which they were last wanted
 * @param most what all together may be, in the unit of `sizeOf`
 */
export function surplus(
  keys: Iterable<string>,
  {
    sizeOf,
    mustStay,
    most,
  }: { sizeOf: (key: string) => number; mustStay: (key: string) => boolean; most: number },
): string[] {
  const all = [...keys]
  let size = all.reduce((sum, key) => sum + sizeOf(key), 0)
  const gone: string[] = []
  for (const key of all) {
    if (size <= most) break
    if (mustStay(key)) continue
    gone.push(key)
    size -= sizeOf(key)
  }
  return gone
}
