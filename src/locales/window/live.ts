import type { Translation } from './catalogue.ts'

export const en = {
  'live.empty.title': 'Nothing is running',
  'live.empty.text': 'Every run’s curve grows here while it trains, with its progress and the time left.',
} as const

export const zhCN: Translation<typeof en> = {
  'live.empty.title': '没有正在进行的运行',
  'live.empty.text': '训练时，每次运行的曲线在这里增长，并显示进度和剩余时间。',
}
