import type { Translation } from './catalogue.ts'

export const en = {
  'proof.title': 'LeNet here and in PyTorch',
  'proof.open': 'Show the proof',
  'proof.settings': 'Proofs',
  'proof.settings.text':
    'The tutorial’s LeNet rows, trained for 30 epochs here and in PyTorch with three seeds each: every number, and where they differ.',
  'proof.text':
    'Five recipes of the tutorial on Fashion-MNIST, 30 epochs, each with three seeds here and three in PyTorch, on the same machine. The command npm run prove repeats it.',
  'proof.held':
    '{held} of {total} recipes agree within ±{testAccuracy} of test accuracy and ±{trainLoss} of training loss.',
  'proof.noise':
    'The last epoch decides, as in the tutorial. While the rate is high it swings by about 0.02 from epoch to epoch, so the mean of the last ten epochs is told as well.',
  'proof.date': 'Recorded on',
  'proof.column.quantity': 'At the end',
  'proof.column.by': 'Trained by',
  'proof.column.seed': 'Seed {seed}',
  'proof.column.mean': 'Mean',
  'proof.column.difference': 'Difference',
  'proof.column.bound': 'Bound',
  'proof.lastTen': 'last ten {difference}',
  'proof.within': 'within {bound}',
  'proof.outside': 'outside {bound}',
  'proof.dead':
    'The loss stayed that of chance: at a rate of 0.5 some seeds never learn, here and in PyTorch. The means are those of the others.',
} as const

export const zhCN: Translation<typeof en> = {
  'proof.title': '本程序与 PyTorch 中的 LeNet',
  'proof.open': '查看证明',
  'proof.settings': '证明',
  'proof.settings.text':
    '教程中的 LeNet 各行，在本程序和 PyTorch 中各用三个随机种子训练 30 轮：每个数字，以及差异所在。',
  'proof.text':
    '教程在 Fashion-MNIST 上的五种设置，30 轮，在同一台机器上分别以本程序和 PyTorch 各用三个随机种子训练。命令 npm run prove 可重现。',
  'proof.held': '{total} 种设置中有 {held} 种在测试精度 ±{testAccuracy}、训练损失 ±{trainLoss} 之内一致。',
  'proof.noise': '与教程一样以最后一轮为准。学习率较高时，它每轮摆动约 0.02，因此也给出最后十轮的平均值。',
  'proof.date': '记录于',
  'proof.column.quantity': '结束时',
  'proof.column.by': '训练者',
  'proof.column.seed': '种子 {seed}',
  'proof.column.mean': '平均',
  'proof.column.difference': '差',
  'proof.column.bound': '界限',
  'proof.lastTen': '最后十轮 {difference}',
  'proof.within': '在 {bound} 之内',
  'proof.outside': '超出 {bound}',
  'proof.dead':
    '损失停留在随机猜测的水平：学习率为 0.5 时，有些种子在本程序和 PyTorch 中都学不会。平均值只计其余种子。',
}
