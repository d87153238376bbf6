import { z } from 'zod'
import type { AskedQuestion, Decision } from '../../../shared/domain/approval.ts'

/** What is chosen for one question: labels of its options, words of one's own, and a note on it (null: there is none). */
const choiceSchema = z.object({ labels: z.array(z.string()), own: z.string(), note: z.string().nullable() })
export type Choice = z.infer<typeof choiceSchema>

/** What is written in a card of questions: a choice for each, in their order, and the words of whoever wants to talk first. */
export const answerDraftSchema = z.object({ choices: z.array(choiceSchema), talk: z.string() })
export type AnswerDraft = z.infer<typeof answerDraftSchema>

export const emptyDraft: AnswerDraft = { choices: [], talk: '' }
export const noChoice: Choice = { labels: [], own: '', note: null }

export function choiceAt({ choices }: AnswerDraft, place: number): Choice {
  return choices[place] ?? noChoice
}

/** The same with another choice at one place. */
export function withChoice(draft: AnswerDraft, place: number, change: (choice: Choice) => Choice): AnswerDraft {
  const choices = Array.from({ length: Math.max(draft.choices.length, place + 1) }, (_, at) => choiceAt(draft, at))
  choices[place] = change(choiceAt(draft, place))
  return { ...draft, choices }
}

/** Chooses an option, or takes it back where several may be chosen. One of a kind puts words of one's own away. */
export function chosen(choice: Choice, label: string, { multiSelect }: Pick<AskedQuestion, 'multiSelect'>): Choice {
  if (!multiSelect) return { ...choice, labels: [label], own: '' }
  const labels = choice.labels.includes(label) ? choice.labels.filter((one) => one !== label) : [...choice.labels, label]
  return { ...choice, labels }
}

/** Words of one's own take the place of an option, and stand beside them where several may be chosen. */
export function written(choice: Choice, own: string, { multiSelect }: Pick<AskedQuestion, 'multiSelect'>): Choice {
  return { ...choice, labels: multiSelect || own.trim() === '' ? choice.labels : [], own }
}

/** What somebody wrote by themselves: own answers, notes, and what they would like to talk about. */
export function ownWords({ choices, talk }: AnswerDraft): string {
  const words = [...choices.flatMap(({ own, note }) => [own, note ?? '']), talk]
  return words
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join('\n\n')
}

/** Whether something is said to a question; a note alone says something too. */
export function isAnswered({ labels, own, note }: Choice): boolean {
  return labels.length > 0 || own.trim() !== '' || (note ?? '').trim() !== ''
}

/** The place of the first question without an answer, from one place on and around; null when each has one. */
export function nextUnanswered(count: number, draft: AnswerDraft, from: number): number | null {
  const places = Array.from({ length: count }, (_, step) => (from + step) % count)
  return places.find((place) => !isAnswered(choiceAt(draft, place))) ?? null
}

/** Answers and notes as they are sent, by the question's text. `rest`: what the others are answered with; without it they have none. */
export function answersOf(
  questions: readonly AskedQuestion[],
  draft: AnswerDraft,
  rest?: string,
): Pick<Decision, 'answers' | 'annotations'> {
  const answers: [string, string | string[]][] = []
  const annotations: [string, { notes: string }][] = []
  for (const [place, question] of questions.entries()) {
    const choice = choiceAt(draft, place)
    const answer = answerOf(question, choice)
    const notes = choice.note?.trim() ?? ''
    if (answer !== null) answers.push([question.question, answer])
    else if (notes === '' && rest !== undefined) answers.push([question.question, rest])
    if (notes !== '') annotations.push([question.question, { notes }])
  }
  return { answers: Object.fromEntries(answers), ...(annotations.length > 0 ? { annotations: Object.fromEntries(annotations) } : {}) }
}

function answerOf({ options, multiSelect }: AskedQuestion, { labels, own }: Choice): string | string[] | null {
  // In the order in which they are offered, not in which they were clicked.
  const picked = options.map(({ label }) => label).filter((label) => labels.includes(label))
  const all = own.trim() === '' ? picked : [...picked, own.trim()]
  const [first] = all
  return first === undefined ? null : multiSelect ? all : first
}
