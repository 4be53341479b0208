type Columns = Record<string, Float64Array | undefined>

/** Columns one after the other, as if they had never been taken in stretches. */
export function joined<T extends Columns>(stretches: readonly T[]): T {
  const [first] = stretches
  if (!first) throw new Error('there is nothing to join')
  return Object.fromEntries(
    Object.keys(first).map((name) => [
      name,
      Float64Array.from(stretches.flatMap((columns) => Array.from(columns[name] as Float64Array))),
    ]),
  ) as T
}

/** Every bit of every column but `seconds`, which no two runs share; comparable with `toEqual`. */
export function bits(columns: Readonly<Columns>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(columns)
      .filter(([name]) => name !== 'seconds')
      .map(([name, column = new Float64Array()]) => [
        name,
        Buffer.from(column.buffer, column.byteOffset, column.byteLength).toString('hex'),
      ]),
  )
}
