import { AppError } from '../../../shared/app-error.ts'
import type { Decision } from '../../../shared/domain/approval.ts'

/** Of more, the oldest are forgotten. */
const mostDecided = 1_000

/** What was decided lately, for those who answer second. */
export class DecidedList {
  readonly #decisions = new Map<string, Decision>()

  add(id: string, decision: Decision): void {
    this.#decisions.set(id, decision)
    const [oldest] = this.#decisions.keys()
    if (this.#decisions.size > mostDecided && oldest !== undefined) this.#decisions.delete(oldest)
  }

  /** Said to whoever answers what waits no more. */
  gone(id: string): AppError {
    const decision = this.#decisions.get(id)
    if (decision === undefined)
      return new AppError('APPROVAL_GONE', 'This is no longer open: its turn ended, or it was withdrawn. Nothing more is needed.')
    const how = decision.decision === 'allow' ? 'allowed' : 'denied'
    return new AppError('APPROVAL_GONE', `This was already answered elsewhere: ${wordsOf(decision) ?? how}. Nothing more is needed.`, {
      data: { outcome: how, decision },
    })
  }
}

const longestWords = 200

/** The answers to questions, or the words that were given; null when there are none. */
function wordsOf({ answers = {}, message = '' }: Decision): string | null {
  const given = Object.values(answers).map((answer) => [answer].flat().join(', '))
  const words = [...given, message.trim()].filter((part) => part !== '').join('; ')
  return words === '' ? null : `“${Array.from(words).slice(0, longestWords).join('')}”`
}
