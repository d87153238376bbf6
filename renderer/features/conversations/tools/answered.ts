import { z } from 'zod'
import { askedQuestionSchema, leftToClaude } from '../../../../shared/domain/approval.ts'
import { answeredOf } from '../../../tools/result-data.ts'
import type { ToolView } from '../thread-row.ts'

export type AnsweredQuestion = { text: string; answers: readonly string[]; note: string | null }
export type Answered = {
  questions: readonly AnsweredQuestion[]
  /** What was said instead of answers. */
  response: string | null
  /** The choice was left to Claude. */
  left: boolean
}

const questionsSchema = z.array(askedQuestionSchema)

type Call = Pick<ToolView, 'input' | 'data' | 'approval' | 'state'>

/** Claude's questions and what was answered: by our own record, and where there is none by Claude Code's. */
export function answeredQuestions({ input, data, approval, state }: Call): Answered {
  const asked = questionsSchema.safeParse(input['questions']).data ?? []
  const kept = answeredOf(data)
  const questions = asked.map(({ question: text }) => {
    const answer = own(approval?.answers, text) ?? own(kept.answers, text) ?? []
    const answers = (typeof answer === 'string' ? [answer] : answer).filter((one) => one.trim() !== '')
    const note = own(approval?.annotations, text)?.notes ?? own(kept.annotations, text)?.notes ?? null
    return { text, answers, note }
  })
  const isAnswered = questions.some(({ answers, note }) => answers.length > 0 || note !== null)
  const said = isAnswered || state === 'denied' ? '' : (approval?.message ?? kept.response ?? '').trim()
  const left = said === leftToClaude || (approval?.outcome === 'allowed' && !isAnswered && said === '')
  return { questions, response: said === '' || left ? null : said, left }
}

/** A question may be named as something that every object has. */
function own<Value>(record: Readonly<Record<string, Value>> | undefined, key: string): Value | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined
}
