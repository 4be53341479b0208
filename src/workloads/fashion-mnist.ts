import type { DatasetDefinition } from '../datasets/dataset.ts'
import { fashionMnist2000, subsetSizes } from '../datasets/fashion-mnist-2000.ts'
import { fashionMnist, fashionMnistClasses, type FashionMnistData } from '../datasets/fashion-mnist.ts'
import type { LocalizedText } from '../locales/localized.ts'
import type { Initialiser } from '../models/initialise.ts'
import type { Layer } from '../models/network.ts'
import type { Workload } from './workload.ts'

const whole = { dataset: fashionMnist, examples: 60_000 }
const subset = { dataset: fashionMnist2000, examples: 10 * subsetSizes.train, isSubset: true } as const

const measures: LocalizedText = {
  en: 'Training loss (cross-entropy) and accuracy are running means since the epoch’s start, taken while training, every 50 batches and at the end of the epoch. Test accuracy is measured over the whole test set after every epoch. Seconds are training time; evaluation is not counted.',
  'zh-CN':
    '训练损失（交叉熵）和训练精度是自本轮开始以来、训练过程中累计的平均值，每 50 个批量以及每轮结束时记录。测试精度在每轮之后于整个测试集上测量。时间只计训练，不含评估。',
}

/** A network of these layers that tells the ten classes of Fashion-MNIST apart. */
function classifier(
  about: Pick<Workload, 'id' | 'title' | 'description' | 'defaults'>,
  layers: readonly Layer[],
  initialiser: Initialiser = 'pytorch',
  {
    dataset,
    ...data
  }: Pick<Workload, 'examples' | 'isSubset'> & { dataset: DatasetDefinition<FashionMnistData> } = whole,
): Workload {
  return {
    ...about,
    dataset: dataset.id,
    ...data,
    recording: { kind: 'running', everyBatches: 50 },
    measures,
    network: {
      network: { input: [28, 28, 1], layers },
      initialiser,
      loss: 'cross-entropy',
      classes: fashionMnistClasses,
      build(files) {
        const { train, test } = dataset.parse(files)
        return {
          train: { count: train.count, inputs: train.images, targets: train.labels },
          test: { count: test.count, inputs: test.images, targets: test.labels },
        }
      },
    },
  }
}

const leNetLayers: readonly Layer[] = [
  { kind: 'convolution', filters: 6, kernel: 5, padding: 'same', activation: 'relu' },
  { kind: 'max-pool', size: 2 },
  { kind: 'convolution', filters: 16, kernel: 5, padding: 'valid', activation: 'relu' },
  { kind: 'max-pool', size: 2 },
  { kind: 'dense', units: 120, activation: 'relu' },
  { kind: 'dense', units: 84, activation: 'relu' },
  { kind: 'dense', units: 10 },
]

/** LeNet-5 with ReLU and max-pooling. Source: LeCun et al. 1998; this form: Zhang et al., Dive into Deep Learning. */
export const leNet = classifier(
  {
    id: 'lenet-fashion-mnist',
    title: { en: 'LeNet on Fashion-MNIST', 'zh-CN': 'Fashion-MNIST 上的 LeNet' },
    description: {
      en: 'Two convolutions with max-pooling and three dense layers: 61,706 parameters. The classic small convolutional network.',
      'zh-CN': '两个卷积层（带最大汇聚）和三个全连接层，共 61706 个参数。经典的小型卷积网络。',
    },
    defaults: { batch: 256, epochs: 30 },
  },
  leNetLayers,
)

/** The same network on the pictures that come with the program. */
export const leNetOnSubset = classifier(
  {
    id: 'lenet-fashion-mnist-2000',
    title: {
      en: 'LeNet on a subset of 2,000 of Fashion-MNIST',
      'zh-CN': 'Fashion-MNIST 子集（2000 张）上的 LeNet',
    },
    description: {
      en: 'LeNet on 1,600 training and 400 test pictures that come with the program: trains offline in seconds. A subset: accuracies are lower than on the whole set.',
      'zh-CN':
        '用随程序提供的 1600 张训练图片和 400 张测试图片训练 LeNet：离线、数秒完成。这是子集：精度低于完整数据集上的结果。',
    },
    defaults: { batch: 32, epochs: 10 },
  },
  leNetLayers,
  'pytorch',
  subset,
)

/** Multinomial logistic regression on pixels. */
export const softmaxRegression = classifier(
  {
    id: 'softmax-fashion-mnist',
    title: { en: 'Softmax regression on Fashion-MNIST', 'zh-CN': 'Fashion-MNIST 上的 softmax 回归' },
    description: {
      en: 'One linear layer from 784 pixels to ten classes: 7,850 parameters. Convex, so what differs is how fast each rule gets there.',
      'zh-CN': '从 784 个像素到十个类别的一个线性层，共 7850 个参数。凸问题：各优化器的差别只在于多快到达。',
    },
    defaults: { batch: 256, epochs: 10 },
  },
  [{ kind: 'dense', units: 10 }],
)

/** A perceptron with one hidden layer. */
export const multilayerPerceptron = classifier(
  {
    id: 'mlp-fashion-mnist',
    title: { en: 'Two-layer perceptron on Fashion-MNIST', 'zh-CN': 'Fashion-MNIST 上的两层感知机' },
    description: {
      en: '784 pixels, 256 hidden units with ReLU, ten classes: 203,530 parameters.',
      'zh-CN': '784 个像素、256 个 ReLU 隐藏单元、十个类别，共 203530 个参数。',
    },
    defaults: { batch: 256, epochs: 10 },
  },
  [
    { kind: 'dense', units: 256, activation: 'relu' },
    { kind: 'dense', units: 10 },
  ],
)

/** Source: Schneider, Balles & Hennig 2019, DeepOBS, arXiv:1903.05499, problem `fmnist_2c2d`. */
export const deepObs2c2d = classifier(
  {
    id: '2c2d-fashion-mnist',
    title: { en: 'DeepOBS 2c2d on Fashion-MNIST', 'zh-CN': 'Fashion-MNIST 上的 DeepOBS 2c2d' },
    description: {
      en: 'The DeepOBS benchmark’s network of two convolutions and two dense layers: 3,274,634 parameters.',
      'zh-CN': 'DeepOBS 基准中的网络：两个卷积层和两个全连接层，共 3274634 个参数。',
    },
    defaults: { batch: 128, epochs: 100 },
  },
  [
    { kind: 'convolution', filters: 32, kernel: 5, padding: 'same', activation: 'relu' },
    { kind: 'max-pool', size: 2 },
    { kind: 'convolution', filters: 64, kernel: 5, padding: 'same', activation: 'relu' },
    { kind: 'max-pool', size: 2 },
    { kind: 'dense', units: 1024, activation: 'relu' },
    { kind: 'dense', units: 10 },
  ],
  'deepobs',
)
