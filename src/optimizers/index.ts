import type { OptimizerDefinition } from '../rules/definition.ts'
import { adadelta } from './adadelta.ts'
import { adagrad } from './adagrad.ts'
import { adam } from './adam.ts'
import { adamax } from './adamax.ts'
import { adamw } from './adamw.ts'
import { amsgrad } from './amsgrad.ts'
import { asgd } from './asgd.ts'
import { lion } from './lion.ts'
import { momentum } from './momentum.ts'
import { nadam } from './nadam.ts'
import { nesterov } from './nesterov.ts'
import { radam } from './radam.ts'
import { rmsprop } from './rmsprop.ts'
import { rprop } from './rprop.ts'
import { sgd } from './sgd.ts'
import { yogi } from './yogi.ts'

/** Every rule, in the order in which lists show them. */
export const optimizers: readonly OptimizerDefinition[] = [
  sgd,
  momentum,
  nesterov,
  adagrad,
  rmsprop,
  adadelta,
  adam,
  amsgrad,
  adamw,
  nadam,
  yogi,
  adamax,
  radam,
  asgd,
  rprop,
  lion,
]
