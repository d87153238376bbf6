import type { ErrorInfo } from '../../../shared/app-error.ts'
import type { Approval } from '../../../shared/domain/approval.ts'

/** What was open in a turn when it was cut off. */
export type CutOff = {
  /** Tools whose end was not seen: they may have run. */
  tools: readonly string[]
  /** What nobody had answered yet. */
  asked: readonly Pick<Approval, 'kind' | 'tool' | 'questions' | 'elicitation' | 'facts'>[]
}

const longestQuestion = 120
const mostAsked = 3

/** A turn was cut off. `happened` and `next` are sentences around what was open in it. */
export function turnCutOff(happened: string, { tools, asked }: CutOff, next: string, data: Record<string, unknown> = {}): ErrorInfo {
  const unknown = [...new Set(tools)]
  const may = unknown.length === 0 ? [] : [`${unknown.join(', ')} may have run. Check before running it again.`]
  const unanswered = asked.slice(0, mostAsked).map(unansweredWords)
  if (asked.length > mostAsked) unanswered.push(`${asked.length - mostAsked} more requests waited for your answer.`)
  return {
    code: 'TURN_LOST',
    message: [happened, ...may, ...unanswered, next].join(' '),
    data: { toolsUnknown: unknown, unanswered: asked.map(({ tool }) => tool), ...data },
  }
}

function unansweredWords({ kind, tool, questions, elicitation }: CutOff['asked'][number]): string {
  if (kind === 'plan') return 'Claude’s plan waited for your answer.'
  if (kind === 'elicitation') return `${elicitation?.server ?? tool} waited for your answer.`
  const [first] = questions ?? []
  if (kind === 'question' && first) return `Claude’s question “${shortened(first.question)}” waited for your answer.`
  return `${tool} waited for your answer and has not run.`
}

function shortened(text: string): string {
  const characters = Array.from(text)
  return characters.length <= longestQuestion ? text : `${characters.slice(0, longestQuestion).join('')}…`
}
