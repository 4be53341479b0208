/**
 * Values with which a schedule that was just chosen does something in a training of that length; those that fit any
 * length are left at their defaults.
 */
export function suggestSchedule(
  id: string,
  { epochs, stepsAnEpoch }: { epochs: number; stepsAnEpoch: number },
): { set: Record<string, string>; per: 'epoch' | 'step' } {
  // A handful of epochs is too few places to change the rate at.
  const per = epochs < 10 ? 'step' : 'epoch'
  const length = per === 'step' ? epochs * stepsAnEpoch : epochs
  const at = (share: number): number => Math.max(1, Math.round(length * share))
  switch (id) {
    case 'cosine':
      return { set: { maxUpdate: String(at(1)) }, per }
    case 'cosine-restarts':
      return { set: { firstCycle: String(Math.ceil(length / 7)) }, per }
    case 'trapezoid': {
      const [rise, decay] = [at(0.1), at(0.2)]
      return {
        set: { rise: String(rise), hold: String(Math.max(0, length - rise - decay)), decay: String(decay) },
        per,
      }
    }
    case 'multistep':
      return { set: { milestones: distinct([at(0.5), at(0.75)]) }, per }
    case 'piecewise':
      return { set: { boundaries: String(at(0.5)), values: '0.1, 0.01' }, per }
    case 'knots':
      return { set: { boundaries: `0, ${at(1)}`, values: '0.1, 0.001' }, per }
    case 'factor':
      // A hundredth is left at the end.
      return { set: { factor: String(Number((0.01 ** (1 / length)).toPrecision(3))) }, per }
    case 'exponential':
      return { set: { rate: String(Number((Math.log(100) / length).toPrecision(2))) }, per }
    default:
      return { set: {}, per: id === 'constant' ? 'epoch' : per }
  }
}

const distinct = (values: readonly number[]): string => [...new Set(values)].join(', ')
