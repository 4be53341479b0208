import { parseNumber, writeNumber } from '../../lib/numbers.ts'

/** `-5, -2` as numbers; null where a part is none. */
export function readStart(text: string): number[] | null {
  const parts = text.split(/[,，]/).map(parseNumber)
  return parts.every((part) => part !== undefined) ? parts : null
}

export const writeStart = (start: readonly number[]): string => start.map(writeNumber).join(', ')
