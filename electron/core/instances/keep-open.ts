import type { Approval, ApprovalOutcome, Decision } from '../../../shared/domain/approval.ts'
import type { CutOff } from './lost-words.ts'

type Answered = { approval: Approval; decision: Decision | null }
/** What is written of a request whose process has ended. */
export type KeptRecord = { approval: Approval; outcome: ApprovalOutcome; decision?: Decision }

/**
 * What becomes of the requests of a turn whose process has ended: each stays to be answered, or to be dismissed where no answer can reach
 * anybody. What was answered and had come to nothing is sent again, except what may have run.
 */
export function keptRecords(asked: readonly Approval[], answered: readonly Answered[]): KeptRecord[] {
  const open = asked.map((approval): KeptRecord => ({ approval: kept(approval), outcome: 'waiting' }))
  const again = answered.flatMap(({ approval, decision }): KeptRecord[] => {
    if (decision === null || !maySendAgain(approval, decision)) return []
    const outcome = decision.decision === 'allow' ? 'allowed' : 'denied'
    return [{ approval: kept(approval), outcome, decision }]
  })
  return [...open, ...again]
}

/** The turn's end says what to do next. */
export function nextStep({ asked }: Pick<CutOff, 'asked'>, otherwise: string): string {
  const answerable = asked.filter((approval) => lapsedWords(approval) === null)
  if (answerable.length === 0) return otherwise
  return answerable.length === 1 ? 'Answer it to continue.' : 'Answer them to continue.'
}

function kept(approval: Approval): Approval {
  const lapsed = lapsedWords(approval)
  return { ...approval, kept: true, ...(lapsed === null ? {} : { lapsed }) }
}

/** Why nobody can be told an answer any more; null where somebody can. */
function lapsedWords({ kind, tool, elicitation, facts }: CutOff['asked'][number]): string | null {
  const again = 'Ask Claude to try again.'
  if (kind === 'elicitation')
    return `The connection to ${elicitation?.server ?? tool} ended before you answered, so this can’t be answered anymore. ${again}`
  if (kind === 'dialog') return `Claude’s process ended before you chose, so this can’t be answered anymore. ${again}`
  if (facts.agentId !== undefined)
    return `The sub-agent that asked ended with Claude’s process, so this can’t be answered anymore. ${again}`
  return null
}

function maySendAgain(approval: Approval, { decision, interrupt }: Decision): boolean {
  if (lapsedWords(approval) !== null || interrupt === true) return false
  return decision === 'deny' || approval.kind === 'question' || approval.kind === 'plan'
}
