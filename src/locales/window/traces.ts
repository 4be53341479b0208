import type { Translation } from './catalogue.ts'

export const en = {
  'traces.empty.title': 'Watch an optimizer walk',
  'traces.empty.text': 'An objective as contours or a curve, one or more optimizers on it, step by step.',
} as const

export const zhCN: Translation<typeof en> = {
  'traces.empty.title': '观看优化器的轨迹',
  'traces.empty.text': '以等高线或曲线显示目标函数，让一个或多个优化器在其上逐步行走。',
}
