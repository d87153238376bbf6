import { AppError, toAppError } from '../../../shared/app-error.ts'
import type { Approval, Decision } from '../../../shared/domain/approval.ts'

export type DecidedSeveral = { decided: string[]; failed: { id: string; code: string; message: string }[] }

/**
 * Answers several requests of one tool, one after the other, each exactly as it was asked. Throws BAD_REQUEST before anything is answered
 * when they are of several tools, or when one is to be allowed that has to be looked at by itself.
 */
export async function decideSeveral(
  ids: readonly string[],
  decision: Decision,
  desk: { waiting: readonly Approval[]; decide: (id: string, decision: Decision) => Promise<unknown> },
): Promise<DecidedSeveral> {
  const asked = desk.waiting.filter(({ id }) => ids.includes(id))
  const odd = asked.find(({ tool, kind }) => kind !== 'permission' || tool !== asked[0]?.tool)
  if (odd) throw refused('Only permissions for one tool can be decided together. Answer the others one by one.', odd.id)
  const alone = asked.find(({ facts }) => facts.suppressAlwaysAllow || facts.defaultToNo)
  if (alone && decision.decision === 'allow') throw refused('Claude Code wants this one reviewed on its own. Leave it out.', alone.id)
  const answer: DecidedSeveral = { decided: [], failed: [] }
  for (const id of new Set(ids)) {
    try {
      await desk.decide(id, decision)
      answer.decided.push(id)
    } catch (thrown) {
      const { code, message } = toAppError(thrown)
      answer.failed.push({ id, code, message })
    }
  }
  return answer
}

function refused(message: string, approvalId: string): AppError {
  return new AppError('BAD_REQUEST', message, { data: { field: 'ids', approvalId } })
}
