import type { ScheduleSettings, SettingMap } from '../experiments/settings.ts'
import type { Outcome, TrainingFigure, TrainingSeries } from './figure.ts'
import { runOf } from './training.ts'

const seed = 0

const outcome = (trainLoss: number, trainAccuracy: number, testAccuracy: number): Outcome => ({
  trainLoss,
  trainAccuracy,
  testAccuracy,
})

const pytorch = (...mean: Parameters<typeof outcome>) => ({
  ...outcome(...mean),
  runs: 2,
  by: 'PyTorch 2.15',
})

const run = (
  id: string,
  label: TrainingSeries['label'],
  lr: number,
  schedule: ScheduleSettings | undefined,
  numbers: TrainingSeries['numbers'],
): TrainingSeries => ({
  id,
  label,
  settings: runOf({
    workload: 'lenet-fashion-mnist',
    optimizer: 'sgd',
    set: { lr },
    batch: 256,
    epochs: 30,
    seed,
    ...(schedule && { schedule }),
  }),
  numbers,
})

/**
 * The tutorial applies its own schedules after the epoch: the first epoch runs at the optimizer's lr, epoch e + 1 at
 * schedule(e).
 */
const afterTheEpoch = (id: string, set: SettingMap): ScheduleSettings => ({
  id,
  set,
  per: 'epoch',
  offset: -1,
})

const common = { kind: 'training', shows: { what: 'learning' } } as const

export const lenet: readonly TrainingFigure[] = [
  {
    id: 'lenet-constant',
    title: {
      en: 'LeNet on Fashion-MNIST: constant learning rate',
      'zh-CN': 'Fashion-MNIST 上的 LeNet：学习率不变',
    },
    caption: {
      en: 'A convolutional network trained for 30 epochs of SGD with batches of 256 at learning rate 0.3. Training accuracy keeps rising while test accuracy levels off near 0.885 and fluctuates: the network overfits, and the constant rate keeps it from settling.',
      'zh-CN':
        '用 SGD 训练卷积网络 30 轮，批量大小 256，学习率 0.3。训练精度持续上升，测试精度却停在 0.885 附近并波动：网络已经过拟合，不变的学习率又使它无法稳定下来。',
    },
    papers: ['lenet', 'fashionMnist'],
    ...common,
    series: [
      run('constant', { en: 'constant 0.3', 'zh-CN': '恒定 0.3' }, 0.3, undefined, {
        tutorial: outcome(0.157, 0.94, 0.882),
        independent: pytorch(0.137, 0.947, 0.885),
      }),
    ],
  },
  {
    id: 'lenet-multistep',
    title: {
      en: 'LeNet on Fashion-MNIST: multi-step schedule',
      'zh-CN': 'Fashion-MNIST 上的 LeNet：多因子调度器',
    },
    caption: {
      en: 'Two runs. “As run” is what the tutorial’s numbers come from: it had drawn its schedule with the very object that it then trained with, so both milestones had passed and all 30 epochs ran at 0.5 · 0.5² = 0.125. “As meant” is the schedule itself: 0.5, halved at epoch 15; the second milestone, 30, lies at the end. Its two reference runs differ widely in training loss, 0.086 and 0.170, and at 0.5 not every start learns at all: the recorded run of seed 0 stays at chance, a loss of ln 10 ≈ 2.303.',
      'zh-CN':
        '两次运行。“实际”是教程数值的由来：它先用同一个调度器对象画图，再用它训练，两个里程碑都已过去，30 轮全部以 0.5 · 0.5² = 0.125 训练。“本意”是调度器本来的样子：从 0.5 开始，第 15 轮减半；第二个里程碑 30 正好在末尾。其两次参考运行的训练损失相差很大，分别为 0.086 和 0.170；学习率为 0.5 时，并非每个起点都能学到东西：随机种子 0 的已录制运行停留在随机猜测的水平，损失为 ln 10 ≈ 2.303。',
    },
    papers: ['d2l', 'lenet', 'fashionMnist'],
    ...common,
    series: [
      run('as-run', { en: 'as run: 0.125', 'zh-CN': '实际：0.125' }, 0.125, undefined, {
        tutorial: outcome(0.195, 0.927, 0.884),
        independent: pytorch(0.196, 0.926, 0.888),
      }),
      run(
        'as-meant',
        { en: 'as meant: 0.5, halved at 15', 'zh-CN': '本意：0.5，第 15 轮减半' },
        0.5,
        // PyTorch's own scheduler, which the tutorial uses here, runs epoch e at schedule(e).
        { id: 'multistep', set: { base: 0.5, milestones: [15, 30], gamma: 0.5 }, per: 'epoch', offset: 0 },
        { tutorial: null, independent: pytorch(0.128, 0.951, 0.886) },
      ),
    ],
  },
  {
    id: 'lenet-cosine',
    title: { en: 'LeNet on Fashion-MNIST: cosine schedule', 'zh-CN': 'Fashion-MNIST 上的 LeNet：余弦调度器' },
    caption: {
      en: 'The learning rate falls from 0.3 to 0.01 along a cosine within 20 updates and stays there. As the rate becomes small the fluctuations disappear and test accuracy reaches about 0.90, above what the constant rate gives, although the training loss ends higher. As in the tutorial, the schedule is applied after each epoch: the first runs at 0.3, epoch e + 1 at schedule(e).',
      'zh-CN':
        '学习率沿余弦在 20 次更新内从 0.3 降到 0.01，此后不变。学习率变小后波动消失，测试精度约达 0.90，高于学习率不变时的结果，尽管最终训练损失更高。与教程一致，调度器在每轮之后应用：第一轮以 0.3 训练，第 e + 1 轮以 schedule(e) 训练。',
    },
    papers: ['sgdr', 'lenet', 'fashionMnist'],
    ...common,
    series: [
      run(
        'cosine',
        { en: 'cosine', 'zh-CN': '余弦' },
        0.3,
        afterTheEpoch('cosine', { base: 0.3, final: 0.01, maxUpdate: 20 }),
        { tutorial: outcome(0.18, 0.933, 0.899), independent: pytorch(0.169, 0.938, 0.902) },
      ),
    ],
  },
  {
    id: 'lenet-warmup',
    title: {
      en: 'LeNet on Fashion-MNIST: cosine schedule with warm-up',
      'zh-CN': 'Fashion-MNIST 上的 LeNet：带预热的余弦调度器',
    },
    caption: {
      en: 'The cosine schedule with five epochs of warm-up from 0. Because the tutorial applies it after each epoch, the first epoch runs at the optimizer’s own 0.3, the second at 0, where nothing is learnt, and the warm-up proper follows. The result is about that of the cosine alone.',
      'zh-CN':
        '余弦调度器加上从 0 开始的五轮预热。由于教程在每轮之后才应用调度器，第一轮以优化器自身的 0.3 训练，第二轮学习率为 0，什么也学不到，此后才是真正的预热。结果与单独的余弦调度器相近。',
    },
    papers: ['sgdr', 'warmup', 'lenet', 'fashionMnist'],
    ...common,
    series: [
      run(
        'warmup',
        { en: 'cosine with warm-up', 'zh-CN': '带预热的余弦' },
        0.3,
        afterTheEpoch('cosine', { base: 0.3, final: 0.01, maxUpdate: 20, warmupSteps: 5, warmupBegin: 0 }),
        { tutorial: outcome(0.17, 0.938, 0.905), independent: pytorch(0.178, 0.935, 0.9) },
      ),
    ],
  },
]
