/** What the specification prints, typed from it: figure ids in its order, last points and final losses digit for digit. */

export const ids = (
  'gd-1d-0.2, gd-1d-0.05, gd-1d-1.1, gd-1d-local-minimum, gd-2d, sgd-2d-constant, sgd-2d-exponential, ' +
  'sgd-2d-inverse-power, gd-2d-0.4, gd-2d-0.6, momentum-2d-0.5, momentum-2d-0.25, momentum-weights, ' +
  'adagrad-2d-0.4, adagrad-2d-2, rmsprop-weights, rmsprop-2d, airfoil-gd, airfoil-sgd, airfoil-batch-100, ' +
  'airfoil-batch-10, airfoil-time, airfoil-momentum-0.5, airfoil-momentum-0.9, airfoil-momentum-slow, ' +
  'airfoil-adagrad, airfoil-rmsprop, airfoil-adadelta, airfoil-adam, airfoil-yogi, schedule-factor, ' +
  'schedule-multistep, schedule-cosine, schedule-warmup, lenet-constant, lenet-multistep, lenet-cosine, lenet-warmup'
).split(', ')

const walk1 = (objective: string, lr: number) => ({
  objective,
  optimizer: 'sgd',
  set: { lr },
  start: [10],
  steps: 10,
})
const walk2 = (objective: string, optimizer: string, set: object) => ({
  objective,
  optimizer,
  set,
  start: [-5, -2],
  steps: 20,
})
const bowl = 'x1^2+2*x2^2'
const valley = '0.1*x1^2+2*x2^2'
const inside = { eps: 1e-6, epsPlacement: 'inside' }

export const lastPoints: Record<string, [settings: object, last: string[]]> = {
  'gd-1d-0.2': [walk1('x^2', 0.2), ['0.060466']],
  'gd-1d-0.05': [walk1('x^2', 0.05), ['3.486784']],
  'gd-1d-1.1': [walk1('x^2', 1.1), ['61.917364']],
  'gd-1d-local-minimum': [walk1('x*cos(0.15*pi*x)', 2), ['-1.528166']],
  'gd-2d': [walk2(bowl, 'sgd', { lr: 0.1 }), ['-0.057646', '-0.000073']],
  'gd-2d-0.4': [walk2(valley, 'sgd', { lr: 0.4 }), ['-0.943467', '-0.000073']],
  'gd-2d-0.6': [walk2(valley, 'sgd', { lr: 0.6 }), ['-0.387814', '-1673.365109']],
  'momentum-2d-0.5': [walk2(valley, 'momentum', { lr: 0.6, momentum: 0.5 }), ['0.007188', '0.002553']],
  'momentum-2d-0.25': [walk2(valley, 'momentum', { lr: 0.6, momentum: 0.25 }), ['-0.126340', '-0.186632']],
  'adagrad-2d-0.4': [walk2(valley, 'adagrad', { lr: 0.4, ...inside }), ['-2.382563', '-0.158591']],
  'adagrad-2d-2': [walk2(valley, 'adagrad', { lr: 2, ...inside }), ['-0.002295', '-0.000000']],
  'rmsprop-2d': [walk2(valley, 'rmsprop', { lr: 0.4, rho: 0.9, ...inside }), ['-0.010599', '0.000000']],
}

interface Noisy {
  id: string
  set: object
  steps: number
  mean: [number, number]
  deviation: [number, number]
}
export const noisy: Record<string, Noisy> = {
  'sgd-2d-constant': { id: 'constant', set: {}, steps: 50, mean: [-0.0001, 0], deviation: [0.167, 0.125] },
  'sgd-2d-exponential': {
    id: 'exponential',
    set: { rate: 0.1 },
    steps: 1000,
    mean: [-0.8257, -0.045],
    deviation: [0.075, 0.04],
  },
  'sgd-2d-inverse-power': {
    id: 'inverse-power',
    set: { scale: 0.1, power: 0.5 },
    steps: 50,
    mean: [-0.0124, 0],
    deviation: [0.105, 0.075],
  },
}

interface Row {
  optimizer: string
  set: object
  batch: number
  epochs: number
  loss: number
}
const row = (optimizer: string, set: object, batch: number, loss: number, epochs = 2): Row => ({
  optimizer,
  set,
  batch,
  epochs,
  loss,
})
export const airfoil: Record<string, Row> = {
  'airfoil-gd': row('sgd', { lr: 1 }, 1500, 0.251, 10),
  'airfoil-sgd': row('sgd', { lr: 0.005 }, 1, 0.248),
  'airfoil-batch-100': row('sgd', { lr: 0.4 }, 100, 0.246),
  'airfoil-batch-10': row('sgd', { lr: 0.05 }, 10, 0.244),
  'airfoil-momentum-0.5': row('momentum', { lr: 0.02, momentum: 0.5 }, 10, 0.242),
  'airfoil-momentum-0.9': row('momentum', { lr: 0.01, momentum: 0.9 }, 10, 0.247),
  'airfoil-momentum-slow': row('momentum', { lr: 0.005, momentum: 0.9 }, 10, 0.244),
  'airfoil-adagrad': row('adagrad', { lr: 0.1, ...inside }, 10, 0.244),
  'airfoil-rmsprop': row('rmsprop', { lr: 0.01, rho: 0.9, ...inside }, 10, 0.242),
  'airfoil-adadelta': row('adadelta', { rho: 0.9, eps: 1e-5 }, 10, 0.247),
  'airfoil-adam': row('adam', { lr: 0.01, eps: 1e-6 }, 10, 0.243),
  'airfoil-yogi': row('yogi', { lr: 0.01, eps: 1e-3 }, 10, 0.246),
}
export const leastSquares = 0.241688

/** Schedule, the optimizer's lr, the tutorial's run and PyTorch's mean: train loss, train accuracy, test accuracy. */
export const lenet: Record<
  string,
  [schedule: object, lr: number, tutorial: number[] | null, mean: number[]][]
> = {
  'lenet-constant': [[{ id: 'constant' }, 0.3, [0.157, 0.94, 0.882], [0.137, 0.947, 0.885]]],
  'lenet-multistep': [
    [{ id: 'constant' }, 0.125, [0.195, 0.927, 0.884], [0.196, 0.926, 0.888]],
    [
      { id: 'multistep', set: { base: 0.5, milestones: [15, 30], gamma: 0.5 } },
      0.5,
      null,
      [0.128, 0.951, 0.886],
    ],
  ],
  'lenet-cosine': [
    [
      { id: 'cosine', set: { base: 0.3, final: 0.01, maxUpdate: 20 }, offset: -1 },
      0.3,
      [0.18, 0.933, 0.899],
      [0.169, 0.938, 0.902],
    ],
  ],
  'lenet-warmup': [
    [
      {
        id: 'cosine',
        set: { base: 0.3, final: 0.01, maxUpdate: 20, warmupSteps: 5, warmupBegin: 0 },
        offset: -1,
      },
      0.3,
      [0.17, 0.938, 0.905],
      [0.178, 0.935, 0.9],
    ],
  ],
}
