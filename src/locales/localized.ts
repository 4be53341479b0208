export type LocalizedText = { en: string; 'zh-CN': string }
