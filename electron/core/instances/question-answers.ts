import { leftToClaude, type Approval, type AskedQuestion, type Decision } from '../../../shared/domain/approval.ts'

export type QuestionAnswers = {
  /** By the question's text: by its header it would count as not answered. Empty: nothing was chosen, and something noted. */
  answers: Record<string, string>
  annotations?: Record<string, { notes?: string; preview?: string }>
  /** Said instead of answers. Beside answers Claude Code passes on this alone (measured with 2.1.329). */
  response?: string
}

/** What Claude Code is told about Claude's questions, in the form that it takes. */
export function questionAnswers({ questions = [] }: Pick<Approval, 'questions'>, decision: Decision): QuestionAnswers {
  const given = questions.flatMap((question): [string, string, Annotation][] => {
    const answer = answerText(ownOf(decision.answers, question.question))
    const annotation = annotationOf(question, answer, decision)
    return answer.trim() === '' && annotation.notes === undefined ? [] : [[question.question, answer, annotation]]
  })
  const message = decision.message?.trim() ?? ''
  const last = given.at(-1)
  if (last === undefined) return { answers: {}, response: message === '' ? leftToClaude : message }
  if (message !== '') last[2].notes = [last[2].notes, message].filter(Boolean).join('\n')
  const annotated = given.flatMap(([text, , annotation]) => (Object.keys(annotation).length === 0 ? [] : [[text, annotation] as const]))
  return {
    answers: Object.fromEntries(given.map(([text, answer]) => [text, answer])),
    ...(annotated.length === 0 ? {} : { annotations: Object.fromEntries(annotated) }),
  }
}

type Annotation = { notes?: string; preview?: string }

function annotationOf({ question, options, multiSelect }: AskedQuestion, answer: string, { annotations }: Decision): Annotation {
  const notes = ownOf(annotations, question)?.notes.trim() ?? ''
  const preview = multiSelect ? undefined : options.find(({ label }) => label === answer)?.preview
  return { ...(notes === '' ? {} : { notes }), ...(preview === undefined ? {} : { preview }) }
}

function answerText(answer: string | string[] = ''): string {
  return typeof answer === 'string' ? answer : answer.filter((one) => one.trim() !== '').join(', ')
}

/** A question may be named as something that every object has. */
function ownOf<Value>(record: Readonly<Record<string, Value>> | undefined, key: string): Value | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined
}
