import type { LocalizedText } from '../locales/localized.ts'

interface Question<Id extends string = string> {
  readonly title: LocalizedText
  readonly choices: readonly { readonly id: Id; readonly label: LocalizedText }[]
}

const question = <const Id extends string>(
  title: LocalizedText,
  choices: Question<Id>['choices'],
): Question<Id> => ({ title, choices })

/** What is asked before an optimizer is recommended. */
export const questions = {
  network: question({ en: 'What is being trained?', 'zh-CN': '训练什么模型？' }, [
    { id: 'convex', label: { en: 'A linear model', 'zh-CN': '线性模型' } },
    { id: 'small', label: { en: 'A small network', 'zh-CN': '小型网络' } },
    { id: 'deep', label: { en: 'A deep network', 'zh-CN': '深度网络' } },
    { id: 'attention', label: { en: 'An attention model', 'zh-CN': '注意力模型' } },
  ]),
  data: question({ en: 'How many training examples?', 'zh-CN': '有多少训练样本？' }, [
    { id: 'small', label: { en: 'Below 10,000', 'zh-CN': '不到一万' } },
    { id: 'medium', label: { en: 'Up to a million', 'zh-CN': '至多一百万' } },
    { id: 'large', label: { en: 'More', 'zh-CN': '更多' } },
  ]),
  sparsity: question({ en: 'Are the features sparse?', 'zh-CN': '特征稀疏吗？' }, [
    { id: 'dense', label: { en: 'No', 'zh-CN': '不稀疏' } },
    { id: 'sparse', label: { en: 'Yes: words, ids, clicks', 'zh-CN': '稀疏：词、编号、点击' } },
  ]),
  noise: question({ en: 'How noisy are the gradients?', 'zh-CN': '梯度的噪声有多大？' }, [
    { id: 'exact', label: { en: 'Exact: full batch', 'zh-CN': '精确：全批量' } },
    { id: 'batches', label: { en: 'Mini-batches', 'zh-CN': '小批量' } },
    { id: 'noisy', label: { en: 'Very noisy', 'zh-CN': '噪声很大' } },
  ]),
  budget: question({ en: 'How long may it train?', 'zh-CN': '能训练多久？' }, [
    { id: 'short', label: { en: 'A few epochs', 'zh-CN': '几轮' } },
    { id: 'long', label: { en: 'Until it stops improving', 'zh-CN': '直到不再改进' } },
  ]),
  tuning: question({ en: 'How much tuning is allowed?', 'zh-CN': '允许多少调参？' }, [
    { id: 'none', label: { en: 'None', 'zh-CN': '不调' } },
    { id: 'rate', label: { en: 'The learning rate', 'zh-CN': '只调学习率' } },
    { id: 'full', label: { en: 'Everything', 'zh-CN': '全部' } },
  ]),
} as const

export type QuestionId = keyof typeof questions

/** One answer a question. */
export type Answers = { [Q in QuestionId]: (typeof questions)[Q]['choices'][number]['id'] }

/** Where the form stands first. */
export const usualAnswers: Answers = {
  network: 'small',
  data: 'medium',
  sparsity: 'dense',
  noise: 'batches',
  budget: 'long',
  tuning: 'rate',
}
