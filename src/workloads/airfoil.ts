import { airfoil as dataset, type AirfoilData } from '../datasets/airfoil.ts'
import { linearModel } from '../models/linear.ts'
import type { DirectWorkload } from './workload.ts'

const width = 5
const trainingRows = 1500

/** Linear regression on NASA's airfoil self-noise, as the d2l book sets it up. */
export const airfoil: DirectWorkload = {
  id: 'airfoil',
  title: { en: 'Airfoil self-noise, linear regression', 'zh-CN': '翼型自噪声线性回归' },
  description: {
    en: 'Five standardised features, 1500 training rows, squared loss. Convex: every rule can reach the same minimum.',
    'zh-CN': '五个标准化特征、1500 行训练数据、平方损失。凸问题：每种优化器都能到达同一个最小值。',
  },
  dataset: 'airfoil',
  examples: trainingRows,
  defaults: { batch: 10, epochs: 2 },
  recording: { kind: 'whole', everyExamples: 200 },
  measures: {
    en: 'Loss is (ŷ − y)²/2 averaged over all 1500 training rows, measured at the start, whenever the count of examples crosses a multiple of 200, and at the end. Seconds are training time; evaluation is not counted.',
    'zh-CN':
      '损失是全部 1500 行训练数据上 (ŷ − y)²/2 的平均值，在开始时、样本数每跨过 200 的倍数时以及结束时测量。时间只计训练，不含评估。',
  },
  minimumLoss: 0.241688,
  direct(files) {
    const { features, target } = standardise(dataset.parse(files))
    const model = linearModel(features, target, width, trainingRows)
    return {
      parameters: model.parameters,
      examples: trainingRows,
      initialise(random, theta) {
        for (let j = 0; j < width; j++) theta[j] = 0.01 * random.normal()
        theta[width] = 0
      },
      gradient: (theta, order, from, to, gradient) => model.gradient(theta, order, from, to, gradient),
      loss: (theta, among) => model.loss(theta, among),
    }
  },
  network: {
    network: { input: [width], layers: [{ kind: 'dense', units: 1 }] },
    initialiser: 'small-normal',
    loss: 'half-squared-error',
    classes: null,
    build(files) {
      const { features, target } = standardise(dataset.parse(files))
      const train = {
        count: trainingRows,
        inputs: Float32Array.from(features.subarray(0, trainingRows * width)),
        targets: Float32Array.from(target.subarray(0, trainingRows)),
      }
      return { train, test: null }
    },
  },
}

/** Every column to mean 0 and population deviation 1 over all rows, those not trained on included. */
export function standardise(data: AirfoilData): { features: Float64Array; target: Float64Array } {
  const features = data.features.slice()
  const target = data.target.slice()
  for (let j = 0; j < width; j++) standardiseColumn(features, j, width, data.rows)
  standardiseColumn(target, 0, 1, data.rows)
  return { features, target }
}

function standardiseColumn(values: Float64Array, offset: number, stride: number, rows: number): void {
  let sum = 0
  for (let row = 0; row < rows; row++) sum += values[offset + row * stride] as number
  const mean = sum / rows
  let squares = 0
  for (let row = 0; row < rows; row++) squares += ((values[offset + row * stride] as number) - mean) ** 2
  const deviation = Math.sqrt(squares / rows)
  for (let row = 0; row < rows; row++) {
    const at = offset + row * stride
    values[at] = ((values[at] as number) - mean) / deviation
  }
}
