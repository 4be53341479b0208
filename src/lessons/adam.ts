import { airfoil } from '../figures/airfoil.ts'
import { lenet } from '../figures/lenet.ts'
import type { TrainingFigure } from '../figures/figure.ts'
import { scheduleFigures } from '../figures/schedules.ts'
import type { Chapter } from './station.ts'
import { inPlane } from './walks.ts'

const valley = ['0.1*x1^2+2*x2^2', '0.1x₁² + 2x₂²'] as const

function training(list: readonly TrainingFigure[], id: string): TrainingFigure {
  const figure = list.find((one) => one.id === id)
  if (!figure) throw new Error(`there is no figure ${id}`)
  return figure
}
const [, , cosine] = scheduleFigures
if (!cosine) throw new Error('there is no cosine figure')

/** Adam and its repair, real data, schedules. */
export const adamAndAfter: readonly Chapter[] = [
  {
    id: 'adam',
    title: { en: 'Adam and its repair', 'zh-CN': 'Adam 及其修补' },
    stations: [
      {
        id: 'adam',
        title: { en: 'Both at once', 'zh-CN': '两者合一' },
        text: {
          en: 'Adam joins momentum with RMSProp’s scaling, and corrects both averages for their start at zero. Every early step is about as long as η in each coordinate, whatever the slope: that is why the same learning rate serves very different problems.',
          'zh-CN':
            'Adam 把动量与 RMSProp 的缩放结合起来，并修正两个平均值因从零开始而产生的偏差。无论坡度如何，最初每一步在每个坐标上都约等于 η：因此同一个学习率适用于差别很大的问题。',
        },
        attempt: {
          en: 'Halve η and double it: the first steps follow it exactly, equally long along both axes.',
          'zh-CN': '把 η 减半或加倍：最初几步恰好随之变化，在两个坐标轴上一样长。',
        },
        papers: ['adam'],
        knob: {
          name: { en: 'learning rate η', 'zh-CN': '学习率 η' },
          min: 0.05,
          max: 1,
          value: 0.4,
          step: 0.05,
          scale: 'linear',
        },
        show: (lr) => inPlane(...valley, [{ optimizer: 'adam', set: { lr } }], { steps: 40 }),
      },
      {
        id: 'repair',
        title: { en: 'When gradients are rare', 'zh-CN': '当梯度很稀疏' },
        text: {
          en: 'Here each partial derivative is seen only now and then, as with rare words. With β₂ = 0.9 Adam forgets the last large gradient within some ten steps, its effective rate jumps up, and it is thrown about. AMSGrad keeps the largest second moment; Yogi lets it fall by small amounts only. Both settle.',
          'zh-CN':
            '这里每个偏导数只是偶尔出现，就像罕见的词。β₂ = 0.9 时，Adam 约十步就忘掉上一个大梯度，有效学习率突然升高，被甩来甩去。AMSGrad 保留最大的二阶矩；Yogi 只让二阶矩小幅下降。两者都能稳定下来。',
        },
        attempt: {
          en: 'Raise the probability to 1, so that every gradient is seen: Adam settles too.',
          'zh-CN': '把概率升到 1，使每个梯度都出现：Adam 也稳定下来。',
        },
        papers: ['amsgrad', 'yogi'],
        knob: {
          name: { en: 'probability that a derivative is seen', 'zh-CN': '偏导数出现的概率' },
          min: 0.1,
          max: 1,
          value: 0.2,
          step: 0.1,
          scale: 'linear',
        },
        show: (sparse) =>
          inPlane(
            ...valley,
            ['adam', 'amsgrad', 'yogi'].map((optimizer) => ({ optimizer, set: { lr: 0.4, beta2: 0.9 } })),
            { steps: 100, sparse, seed: 1 },
          ),
      },
    ],
  },
  {
    id: 'data',
    title: { en: 'Real data', 'zh-CN': '真实数据' },
    stations: [
      {
        id: 'batches',
        title: { en: 'Batches, measured by the clock', 'zh-CN': '批量大小，以时间衡量' },
        text: {
          en: 'Linear regression on NASA’s airfoil data with batches of 1, 10, 100 and all 1500 rows, against training time. The full batch makes too few updates, single examples pay for each; mini-batches are there first.',
          'zh-CN':
            '在 NASA 翼型数据上做线性回归，批量大小为 1、10、100 和全部 1500 行，横轴为训练时间。全批量更新次数太少，单个样本每个都要付出一次更新的代价；小批量最先到达。',
        },
        attempt: {
          en: 'Open it in the gallery: your own machine trains the four and draws its own times.',
          'zh-CN': '在图库中打开：由你自己的机器训练这四次运行，并画出它的时间。',
        },
        papers: ['airfoil', 'largeScale'],
        knob: null,
        show: () => ({ kind: 'figure', figure: training(airfoil, 'airfoil-time') }),
      },
    ],
  },
  {
    id: 'schedules',
    title: { en: 'Schedules', 'zh-CN': '学习率调度器' },
    stations: [
      {
        id: 'cosine',
        title: { en: 'A rate with a plan', 'zh-CN': '有计划的学习率' },
        text: {
          en: 'Large at first, to get somewhere; small at the end, to settle. The cosine falls slowly, then fast, then slowly again. A warm-up before it keeps the first steps of a fresh network short, while its gradients still point everywhere.',
          'zh-CN':
            '起初大，以取得进展；最后小，以稳定下来。余弦调度器先慢、后快、再慢地下降。之前加上预热，可在新网络的梯度方向还很杂乱时，让最初几步短一些。',
        },
        attempt: {
          en: 'Give it 5 epochs of warm-up: the rate rises in a straight line, and the cosine fits into what is left.',
          'zh-CN': '给它 5 轮预热：学习率先沿直线上升，余弦则压缩到余下的轮数里。',
        },
        papers: ['sgdr', 'warmup'],
        knob: {
          name: { en: 'epochs of warm-up', 'zh-CN': '预热轮数' },
          min: 0,
          max: 10,
          value: 0,
          step: 1,
          scale: 'linear',
        },
        show: (warmupSteps) => ({
          kind: 'figure',
          figure: {
            ...cosine,
            schedule: { ...cosine.schedule, set: { ...cosine.schedule.set, warmupSteps } },
          },
        }),
      },
      {
        id: 'lenet',
        title: { en: 'What a schedule is worth', 'zh-CN': '调度器值多少' },
        text: {
          en: 'LeNet on Fashion-MNIST, 30 epochs, under the cosine: a recorded real run. While the rate is high, test accuracy jumps from epoch to epoch; as it falls, the curve settles at 0.89, above what a constant 0.3 ends at. One run is an anecdote: several seeds are an answer.',
          'zh-CN':
            'Fashion-MNIST 上的 LeNet，30 轮，余弦调度器：一次已录制的真实运行。学习率高时，测试精度逐轮跳动；随着它下降，曲线稳定在 0.89，高于恒定 0.3 的结果。一次运行只是个例，多个随机种子才是答案。',
        },
        attempt: {
          en: 'Set it up as an experiment with five seeds, and let Compare say how sure one can be.',
          'zh-CN': '把它设置为五个随机种子的实验，让比较页告诉你有多大把握。',
        },
        papers: ['sgdr', 'lenet'],
        knob: null,
        show: () => ({ kind: 'figure', figure: training(lenet, 'lenet-cosine') }),
      },
    ],
  },
]
