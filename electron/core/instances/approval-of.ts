import type { Approval } from '../../../shared/domain/approval.ts'
import { askedByCall } from '../../../shared/domain/asked-call.ts'
import type { PermissionQuestion } from '../claude/claude-event.ts'

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
  return askedByCall({ tool, input })
}
