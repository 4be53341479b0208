import type { Arithmetic, Expression } from './expression.ts'

/** x/(√s + ε) (`outside`) or x/√(s + ε) (`inside`). */
export function divideByRoot(
  o: Arithmetic,
  x: Expression,
  s: Expression,
  eps: Expression,
  placement: string,
): Expression {
  return o.div(x, placement === 'inside' ? o.sqrt(o.add(s, eps)) : o.add(o.sqrt(s), eps))
}
