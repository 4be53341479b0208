import type { Locale } from '../message.ts'
import { fill, type ParametersOf } from './catalogue.ts'
import * as common from './common.ts'
import * as bundle from './bundle.ts'
import * as compare from './compare.ts'
import * as data from './data.ts'
import * as advisor from './advisor.ts'
import * as experiment from './experiment.ts'
import * as gallery from './gallery.ts'
import * as learn from './learn.ts'
import * as live from './live.ts'
import * as network from './network.ts'
import * as proof from './proof.ts'
import * as playground from './playground.ts'
import * as runs from './runs.ts'
import * as schedules from './schedules.ts'
import * as settings from './settings.ts'
import * as stability from './stability.ts'

/** The window's texts, one file an area with both languages side by side; a key is named after its area. */
const en = {
  ...common.en,
  ...experiment.en,
  ...live.en,
  ...network.en,
  ...proof.en,
  ...runs.en,
  ...compare.en,
  ...bundle.en,
  ...playground.en,
  ...gallery.en,
  ...learn.en,
  ...advisor.en,
  ...data.en,
  ...settings.en,
  ...stability.en,
  ...schedules.en,
} as const

export type WindowKey = keyof typeof en

const catalogues: Readonly<Record<Locale, Readonly<Record<WindowKey, string>>>> = {
  en,
  'zh-CN': {
    ...common.zhCN,
    ...experiment.zhCN,
    ...live.zhCN,
    ...network.zhCN,
    ...proof.zhCN,
    ...runs.zhCN,
    ...compare.zhCN,
    ...bundle.zhCN,
    ...playground.zhCN,
    ...gallery.zhCN,
    ...learn.zhCN,
    ...advisor.zhCN,
    ...data.zhCN,
    ...settings.zhCN,
    ...stability.zhCN,
    ...schedules.zhCN,
  },
}

type WindowParameters<Key extends WindowKey> = ParametersOf<(typeof en)[Key]>
export type WindowArguments<Key extends WindowKey> = [WindowParameters<Key>] extends [never]
  ? []
  : [parameters: Readonly<Record<WindowParameters<Key>, string | number>>]

export function isWindowKey(key: string): key is WindowKey {
  return Object.hasOwn(en, key)
}

/** The window's text in that language with its parameters in place. */
export function windowText<Key extends WindowKey>(
  locale: Locale,
  key: Key,
  ...rest: WindowArguments<Key>
): string {
  return fill(catalogues[locale][key], rest[0] ?? {})
}
