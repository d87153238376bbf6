import { z } from 'zod'
import { askedQuestionSchema, type Approval, type AskedQuestion } from '../../../shared/domain/approval.ts'
import type { PermissionQuestion } from '../claude/claude-event.ts'

const questionsSchema = z.object({ questions: z.array(askedQuestionSchema).min(1) })

/** What the user sees of a request of Claude Code's: which kind it is, and its parts in the form of that kind. */
export function approvalOf(question: PermissionQuestion, ids: Pick<Approval, 'id' | 'instanceId' | 'conversationId' | 'turnId'>): Approval {
  const { tool, toolUseId, input, folder, title, description, reason, facts } = question
  return {
    ...ids,
    toolUseId,
    tool,
    input,
    ...(folder === null ? {} : { folder }),
    ...(title ? { title } : {}),
    ...(description ? { description } : {}),
    facts: { defaultToNo: false, suppressAlwaysAllow: false, ...facts, ...(reason ? { reason } : {}) },
    ...(reason ? { reason } : {}),
    ...kindOf(question),
    createdAt: new Date().toISOString(),
  }
}

function kindOf({
  tool,
  input,
  elicitation,
  dialog,
}: PermissionQuestion): Pick<Approval, 'kind' | 'questions' | 'plan' | 'elicitation' | 'dialog'> {
  if (dialog) return { kind: 'dialog', dialog }
  if (elicitation) return { kind: 'elicitation', elicitation }
  if (tool === 'ExitPlanMode') return { kind: 'plan', ...(typeof input['plan'] === 'string' ? { plan: input['plan'] } : {}) }
  const questions = tool === 'AskUserQuestion' ? questionsOf(input) : null
  return questions === null ? { kind: 'permission' } : { kind: 'question', questions }
}

function questionsOf(input: Record<string, unknown>): AskedQuestion[] | null {
  return questionsSchema.safeParse(input).data?.questions ?? null
}
