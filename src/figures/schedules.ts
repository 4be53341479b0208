import type { SettingMap } from '../experiments/settings.ts'
import type { ScheduleFigure } from './figure.ts'

const schedule = (id: string, per: 'epoch' | 'step', set: SettingMap, steps: number) =>
  ({ kind: 'schedule', schedule: { id, set, per, offset: 0 }, steps }) as const

export const scheduleFigures: readonly ScheduleFigure[] = [
  {
    id: 'schedule-factor',
    title: {
      en: 'Factor schedule: base 2, factor 0.9, floor 0.01',
      'zh-CN': '单因子调度器：初值 2，因子 0.9，下限 0.01',
    },
    caption: {
      en: 'Every step multiplies the learning rate by 0.9, starting from 2, with 0.01 as its floor. Value t is the rate after t + 1 multiplications, so the first one shown is 1.8, and the fiftieth, 2 · 0.9⁵⁰ ≈ 0.0103, has just not reached the floor.',
      'zh-CN':
        '从 2 开始，每一步把学习率乘以 0.9，下限为 0.01。第 t 个值是相乘 t + 1 次之后的学习率，因此图中第一个值为 1.8；第五十个值 2 · 0.9⁵⁰ ≈ 0.0103，刚好尚未到达下限。',
    },
    papers: ['d2l'],
    ...schedule('factor', 'step', { base: 2, factor: 0.9, stop: 0.01 }, 50),
  },
  {
    id: 'schedule-multistep',
    title: {
      en: 'Multi-step schedule: 0.5, halved at epochs 15 and 30',
      'zh-CN': '多因子调度器：初值 0.5，第 15、30 轮减半',
    },
    caption: {
      en: 'The learning rate stays at 0.5 until epoch 15 and is then halved to 0.25; the next milestone, epoch 30, lies just beyond the picture. A plateau lets training settle into the noise that its rate allows; a drop takes noise away, and the loss typically falls at once.',
      'zh-CN':
        '学习率保持 0.5 直到第 15 轮，随后减半为 0.25；下一个里程碑是第 30 轮，刚好在图外。在平台期，训练停留在该学习率所容许的噪声水平；学习率一降，噪声减小，损失通常随即下降。',
    },
    papers: ['d2l'],
    ...schedule('multistep', 'epoch', { base: 0.5, milestones: [15, 30], gamma: 0.5 }, 30),
    held: true,
  },
  {
    id: 'schedule-cosine',
    title: {
      en: 'Cosine schedule: from 0.3 to 0.01 in 20 epochs',
      'zh-CN': '余弦调度器：20 轮内从 0.3 降到 0.01',
    },
    caption: {
      en: 'Half a period of a cosine takes the learning rate from 0.3 to 0.01 within 20 epochs: slowly at first, so that the large rate can do its work, fastest in the middle (0.155 at epoch 10), and slowly again at the end, to refine the solution. After that it stays at 0.01.',
      'zh-CN':
        '半个周期的余弦在 20 轮内把学习率从 0.3 降到 0.01：起初缓慢，让较大的学习率充分发挥作用；中间最快（第 10 轮为 0.155）；最后又变慢，用于细化解。此后保持 0.01。',
    },
    papers: ['sgdr', 'd2l'],
    ...schedule('cosine', 'epoch', { base: 0.3, final: 0.01, maxUpdate: 20 }, 30),
  },
  {
    id: 'schedule-warmup',
    title: {
      en: 'Cosine schedule with 5 epochs of warm-up',
      'zh-CN': '带 5 轮预热的余弦调度器',
    },
    caption: {
      en: 'The learning rate first rises in a straight line from 0 to 0.3 over 5 epochs and then follows the cosine down to 0.01 at epoch 20. Randomly initialised networks have large gradients in changing directions; a small rate at the beginning keeps the parameters from being thrown far away before they settle.',
      'zh-CN':
        '学习率先在 5 轮内从 0 线性升高到 0.3，再沿余弦下降，在第 20 轮到达 0.01。随机初始化的网络梯度大且方向多变；开始时用较小的学习率，可避免参数在稳定下来之前被抛到很远的地方。',
    },
    papers: ['sgdr', 'warmup'],
    ...schedule(
      'cosine',
      'epoch',
      { base: 0.3, final: 0.01, maxUpdate: 20, warmupSteps: 5, warmupBegin: 0 },
      30,
    ),
  },
]
