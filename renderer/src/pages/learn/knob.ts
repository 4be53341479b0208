import { formatExact } from '../../../../src/locales/format.ts'
import type { Knob } from '../../../../src/lessons/station.ts'

/** Positions of a logarithmic knob from end to end. */
const positions = 200

/** The bounds of a slider for the knob, and what it stands at. */
export function sliderOf(knob: Knob): { min: number; max: number; step: number } {
  return knob.scale === 'log' ? { min: 0, max: positions, step: 1 } : knob
}

/** Multiples of the knob's step, without the digits that binary fractions add. */
const settled = (value: number, { step, min, max }: Knob): number => {
  const stepped = min + Math.round((value - min) / step) * step
  return Number(Math.min(max, Math.max(min, stepped)).toPrecision(12))
}

export function valueAt(knob: Knob, position: number): number {
  if (knob.scale === 'linear') return settled(position, knob)
  return settled(knob.min * (knob.max / knob.min) ** (position / positions), knob)
}

export function positionOf(knob: Knob, value: number): number {
  if (knob.scale === 'linear') return value
  return Math.round((positions * Math.log(value / knob.min)) / Math.log(knob.max / knob.min))
}

export const knobText = (value: number): string => formatExact(value)
