/**
 * Gradient descent with and without momentum on quadratics, exactly. On ½Σλᵢxᵢ² every coordinate of the eigenbasis
 * goes its own way, and one step of a rule is a 2 × 2 matrix on (θ, v); its eigenvalues decide everything.
 *
 * Sources: Polyak 1964; Lessard, Recht & Packard 2016 (arXiv:1408.3595), proposition 1, for the best settings.
 */

/** The rules that are linear on a quadratic, by the ids they have as optimizers. */
export const linearRules = ['sgd', 'momentum', 'nesterov'] as const
export type LinearRule = (typeof linearRules)[number]

/** Where a rule stands: its learning rate η and its momentum β (0 for `sgd`). */
export interface Setting {
  readonly lr: number
  readonly momentum: number
}

/**
 * Trace and determinant of the iteration matrix on (θ, v) for curvature λ. As the rules are written here, v ← βv + λθ;
 * then θ ← θ − ηv (momentum) or θ ← θ − η(λθ + βv) (Nesterov, in the variable at which the gradient is taken).
 */
function traceAndDeterminant(rule: LinearRule, { lr, momentum }: Setting, curvature: number) {
  const beta = rule === 'sgd' ? 0 : momentum
  const rest = 1 - lr * curvature
  return rule === 'nesterov'
    ? { trace: (1 + beta) * rest, determinant: beta * rest }
    : { trace: rest + beta, determinant: beta }
}

/** The factor by which the distance to the minimum shrinks a step, in the long run: the largest |eigenvalue|. */
export function spectralRadius(rule: LinearRule, setting: Setting, curvature: number): number {
  const { trace, determinant } = traceAndDeterminant(rule, setting, curvature)
  const discriminant = trace * trace - 4 * determinant
  return discriminant < 0 ? Math.sqrt(determinant) : (Math.abs(trace) + Math.sqrt(discriminant)) / 2
}

/** Of all directions: the slowest decides. */
export const slowestRadius = (rule: LinearRule, setting: Setting, curvatures: readonly number[]): number =>
  Math.max(...curvatures.map((curvature) => spectralRadius(rule, setting, curvature)))

/** The learning rate from which on a direction of this curvature diverges, by the Jury conditions on the matrix. */
export function largestRate(rule: LinearRule, momentum: number, curvature: number): number {
  switch (rule) {
    case 'sgd':
      return 2 / curvature
    case 'momentum':
      return (2 * (1 + momentum)) / curvature
    case 'nesterov':
      return (2 * (1 + momentum)) / ((1 + 2 * momentum) * curvature)
  }
}

/**
 * How one direction goes: straight in, to and fro in a slow wave (complex eigenvalues), from side to side at every
 * step (the dominant eigenvalue is negative), neither in nor out, or away.
 */
export type Motion = 'monotone' | 'wave' | 'zigzag' | 'edge' | 'diverging'

/** As near to 1 as rounding lets an edge be told. */
const edgeWidth = 1e-9

export function motionOf(rule: LinearRule, setting: Setting, curvature: number): Motion {
  const radius = spectralRadius(rule, setting, curvature)
  if (Math.abs(radius - 1) <= edgeWidth) return 'edge'
  if (radius > 1) return 'diverging'
  const { trace, determinant } = traceAndDeterminant(rule, setting, curvature)
  if (trace * trace < 4 * determinant) return 'wave'
  return trace < 0 ? 'zigzag' : 'monotone'
}

/** The setting that converges fastest on curvatures between these two, and its spectral radius. */
export function bestSetting(
  rule: LinearRule,
  least: number,
  greatest: number,
): Setting & { readonly radius: number } {
  const condition = greatest / least
  switch (rule) {
    case 'sgd':
      return {
        lr: 2 / (least + greatest),
        momentum: 0,
        radius: (condition - 1) / (condition + 1),
      }
    case 'momentum': {
      const root = (Math.sqrt(condition) - 1) / (Math.sqrt(condition) + 1)
      return { lr: 4 / (Math.sqrt(least) + Math.sqrt(greatest)) ** 2, momentum: root ** 2, radius: root }
    }
    case 'nesterov': {
      const root = Math.sqrt(3 * condition + 1)
      return {
        lr: 4 / (3 * greatest + least),
        momentum: (root - 2) / (root + 2),
        radius: 1 - 2 / root,
      }
    }
  }
}

/** Steps until the distance is a thousandth of what it was, in the long run; Infinity where it never is. */
export const stepsToThousandth = (radius: number): number =>
  radius >= 1 ? Infinity : radius === 0 ? 1 : Math.ceil(Math.log(1000) / -Math.log(radius))
