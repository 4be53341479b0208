import type { LocalizedText } from '../locales/localized.ts'
import type { Arithmetic, Expression } from './expression.ts'
import type { Hyperparameter } from './hyperparameter.ts'

type Hypers = Readonly<Record<string, Hyperparameter>>

/** Numbers arrive as symbols; flags and choices are settled before tracing and arrive as values. */
type Traced<H extends Hypers> = {
  readonly [K in keyof H]: H[K] extends { kind: 'flag' }
    ? boolean
    : H[K] extends { kind: 'choice' }
      ? string
      : Expression
}

type Symbols<K extends string> = Readonly<Record<K, Expression>>

/** A state variable the size of the parameters: its symbol, and a start value or the hyperparameter that gives it. */
export interface Slot {
  readonly tex: string
  readonly initial?: number | string
}

/** A number that one step hands to the next (NAdam's product), checkpointed with the slots. */
export interface Carried {
  readonly tex: string
  readonly initial: number
}

export interface OptimizerSource<H extends Hypers, S extends string, C extends string, N extends string> {
  readonly id: string
  readonly title: string
  /** One paragraph: what it does and when it helps. */
  readonly description: LocalizedText
  /** Publication the formula is taken from. */
  readonly source: string
  /** Where it differs from the publication, if it does. */
  readonly deviation?: string
  readonly hyper: H
  readonly slots: Readonly<Record<S, Slot>>
  readonly carried?: Readonly<Record<C, Carried>>
  /** The learning rate is the size of the first step only: a schedule changes nothing afterwards. */
  readonly rateOnlyAtStart?: true
  /** The rule applies weight decay itself (its `hyper` has `weightDecay`). */
  readonly decoupledDecay?: true
  /**
   * Numbers computed once a step on the host, from hyperparameters, the step `t` (from 1) and carried values.
   * A key of `carried` is that value's successor.
   */
  readonly scalars?: (
    h: Traced<H>,
    x: Symbols<C | 't'>,
    o: Arithmetic,
  ) => Readonly<Record<N, Expression>> & Partial<Readonly<Record<C, Expression>>>
  /** TeX symbols of the scalars. */
  readonly scalarTex?: Readonly<Partial<Record<N, string>>>
  /**
   * One step, elementwise: `g` the gradient, `theta` the parameters, the slots by name. Returns the successors of
   * `theta` and of every slot, in the order in which a reader should meet them.
   */
  readonly update: (
    x: Symbols<S | 'g' | 'theta'>,
    h: Traced<H> & Symbols<N | 't'>,
    o: Arithmetic,
  ) => Symbols<S | 'theta'>
  /**
   * Of a rule whose gradient is taken ahead of the parameters: the parameters themselves, from `theta`, at which it is
   * taken, and the slots.
   */
  readonly behind?: (x: Symbols<S | 'theta'>, h: Traced<H>, o: Arithmetic) => Expression
}

/** A rule with its particular names forgotten: what lists, engines and forms work with. */
export interface OptimizerDefinition extends Omit<
  OptimizerSource<Hypers, string, string, string>,
  'scalars' | 'update' | 'behind'
> {
  readonly scalars?: (h: unknown, x: unknown, o: Arithmetic) => Readonly<Record<string, Expression>>
  readonly update: (x: unknown, h: unknown, o: Arithmetic) => Readonly<Record<string, Expression>>
  readonly behind?: (x: unknown, h: unknown, o: Arithmetic) => Expression
}

/** Checks a rule's names against each other at compile time, then forgets them. */
export function defineOptimizer<
  const H extends Hypers,
  S extends string = never,
  C extends string = never,
  N extends string = never,
>(source: OptimizerSource<H, S, C, N>): OptimizerDefinition {
  return source as unknown as OptimizerDefinition
}
