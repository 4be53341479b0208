/** Twelve decimals: a coefficient is computed with as it is printed, so that page and command line have one function. */
const rounded = (value: number): number => Number(value.toFixed(12))

/**
 * A quadratic valley as an expression: coefficient 2 across it and 2/condition along it, turned counter-clockwise.
 * At condition number 20 and no rotation it is the tutorial's 0.1*x1^2+2*x2^2.
 * @param condition ratio of the largest to the smallest curvature, at least 1
 * @param rotation of the valley's floor against the x1 axis, in degrees
 */
export function valleyExpression(condition: number, rotation: number): string {
  const along = rounded(2 / condition)
  const angle = (rotation * Math.PI) / 180
  const cosine = rounded(Math.cos(angle))
  const sine = rounded(Math.sin(angle))
  if (sine === 0) return `${along}*x1^2+2*x2^2`
  const [plus, minus] = sine > 0 ? ['+', '-'] : ['-', '+']
  const size = Math.abs(sine)
  return `${along}*(${cosine}*x1${plus}${size}*x2)^2+2*(${cosine}*x2${minus}${size}*x1)^2`
}
