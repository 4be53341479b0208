import type { LocalizedText } from '../locales/localized.ts'
import { airfoil } from './airfoil.ts'
import type { Figure } from './figure.ts'
import { lenet } from './lenet.ts'
import { noisy } from './noisy.ts'
import { scheduleFigures } from './schedules.ts'
import { traces1d } from './traces-1d.ts'
import { adagradInValley, descentInValley, momentumInValley, onBowl, rmspropInValley } from './traces-2d.ts'
import { momentumWeights, rmspropWeights } from './weights.ts'

/** Figures that belong together, under a heading. */
export interface Subject {
  readonly id: string
  readonly title: LocalizedText
  readonly figures: readonly Figure[]
}

/** In the order in which the subject is told: each rule where the one before it falls short. */
export const subjects: readonly Subject[] = [
  {
    id: 'descent',
    title: { en: 'Gradient descent', 'zh-CN': '梯度下降' },
    figures: [...traces1d, ...onBowl],
  },
  {
    id: 'noise',
    title: { en: 'Stochastic gradient descent', 'zh-CN': '随机梯度下降' },
    figures: noisy,
  },
  {
    id: 'momentum',
    title: { en: 'Ill-conditioning and momentum', 'zh-CN': '病态条件与动量法' },
    figures: [...descentInValley, ...momentumInValley, momentumWeights],
  },
  {
    id: 'adaptive',
    title: { en: 'A rate for every coordinate', 'zh-CN': '逐坐标学习率' },
    figures: [...adagradInValley, rmspropWeights, ...rmspropInValley],
  },
  {
    id: 'airfoil',
    title: { en: 'Linear regression on airfoil self-noise', 'zh-CN': '翼型自噪声上的线性回归' },
    figures: airfoil,
  },
  {
    id: 'schedules',
    title: { en: 'Learning-rate schedules', 'zh-CN': '学习率调度器' },
    figures: scheduleFigures,
  },
  {
    id: 'lenet',
    title: { en: 'LeNet on Fashion-MNIST', 'zh-CN': 'Fashion-MNIST 上的 LeNet' },
    figures: lenet,
  },
]
