import { z } from 'zod'
import { askedQuestionSchema, type Approval } from './approval.ts'
import type { ConversationEvent, PoolEvent } from './event.ts'

const questionsSchema = z.object({ questions: z.array(askedQuestionSchema).min(1) })

/** What a call that Claude Code asks about is to a person, and its parts in the form of that kind. */
export function askedByCall({ tool, input }: Pick<Approval, 'tool' | 'input'>): Pick<Approval, 'kind' | 'questions' | 'plan'> {
  if (tool === 'ExitPlanMode') return { kind: 'plan', ...(typeof input['plan'] === 'string' ? { plan: input['plan'] } : {}) }
  const { data } = tool === 'AskUserQuestion' ? questionsSchema.safeParse(input) : { data: undefined }
  return data === undefined ? { kind: 'permission' } : { kind: 'question', questions: data.questions }
}

/** Without what the call itself says again: long texts are neither kept nor sent twice. */
export function withoutParts(approval: Approval): Approval {
  const { questions, plan, ...rest } = approval
  const { kind, tool, input } = rest
  if (kind === 'plan') return plan === input['plan'] ? rest : approval
  const said = input['questions']
  const says = kind === 'question' && tool === 'AskUserQuestion' && Array.isArray(said) && said.length === questions?.length
  return says ? rest : approval
}

/** A request as it was before `withoutParts`. */
export function withParts(approval: Approval): Approval {
  const { kind, questions, plan } = approval
  const lacks = kind === 'question' ? questions === undefined : kind === 'plan' && plan === undefined
  return lacks ? { ...approval, ...askedByCall(approval), kind } : approval
}

type Change = (approval: Approval) => Approval

/** A conversation's event with its requests changed. */
export function changedRequests(event: ConversationEvent, change: Change): ConversationEvent {
  if (event.type === 'approval') return { ...event, approval: change(event.approval) }
  return event.type === 'sync' ? { ...event, approvals: event.approvals.map(change) } : event
}

/** An event of the pool with its request changed. */
export function changedRequest(event: PoolEvent, change: Change): PoolEvent {
  return event.type === 'approval' ? { ...event, approval: change(event.approval) } : event
}
