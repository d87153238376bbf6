import type { AskedQuestion } from '../../../shared/domain/approval.ts'

/** What is chosen for one question: labels of its options, and words of one's own. */
export type Choice = { labels: readonly string[]; own: string }
export type Choices = Readonly<Record<string, Choice>>

export const noChoice: Choice = { labels: [], own: '' }

/** Chooses an option, or takes it back where several may be chosen. One of a kind puts words of one's own away. */
export function chosen(choice: Choice, label: string, { multiSelect }: Pick<AskedQuestion, 'multiSelect'>): Choice {
  if (!multiSelect) return { labels: [label], own: '' }
  const labels = choice.labels.includes(label) ? choice.labels.filter((one) => one !== label) : [...choice.labels, label]
  return { ...choice, labels }
}

/** Words of one's own take the place of an option, and stand beside them where several may be chosen. */
export function written(choice: Choice, own: string, { multiSelect }: Pick<AskedQuestion, 'multiSelect'>): Choice {
  return { labels: multiSelect || own.trim() === '' ? choice.labels : [], own }
}

/** The answers as they are sent: those of questions that have one, by the question's text. */
export function answersOf(questions: readonly AskedQuestion[], choices: Choices): Record<string, string | string[]> {
  const answers: Record<string, string | string[]> = {}
  for (const { question, options, multiSelect } of questions) {
    const { labels, own } = choices[question] ?? noChoice
    // In the order in which they are offered, not in which they were clicked.
    const picked = options.map(({ label }) => label).filter((label) => labels.includes(label))
    const all = own.trim() === '' ? picked : [...picked, own.trim()]
    const [first] = all
    if (first !== undefined) answers[question] = multiSelect ? all : first
  }
  return answers
}
