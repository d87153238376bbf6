import type { OnUserDialog } from '@anthropic-ai/claude-agent-sdk'
import { z } from 'zod'
import type { AskedDialog } from '../../../shared/domain/approval.ts'
import type { PermissionAnswer, PermissionQuestion } from './claude-event.ts'

const refusalSchema = z.object({
  originalModel: z.string(),
  fallbackModel: z.string(),
  apiRefusalCategory: z.string().nullish(),
  guidanceText: z.string().optional(),
})

type Known = { title: string; description?: string; dialog: AskedDialog }

/** What each dialog of Claude Code's says and offers. A kind that is not here is not declared, so Claude Code goes on without it. */
const readers: Record<string, (payload: unknown) => Known | null> = {
  refusal_fallback_prompt: (payload) => {
    const read = refusalSchema.safeParse(payload).data
    if (!read) return null
    const { originalModel, fallbackModel, apiRefusalCategory: category, guidanceText } = read
    const options = [
      { value: 'retry_fallback', label: `Retry with ${fallbackModel}`, description: 'Sends the same message to another model.' },
      { value: 'edit_prompt', label: 'Edit the message', description: 'Ends the turn so that you can rephrase it.' },
    ]
    return {
      title: `${originalModel} declined to answer`,
      description: [...(category ? [`Category: ${category}.`] : []), ...(guidanceText ? [guidanceText] : [])].join(' '),
      dialog: { kind: 'refusal_fallback_prompt', options },
    }
  },
}

/** The dialogs that can be shown and answered here. */
export const supportedDialogKinds = Object.keys(readers)

/** Shows a dialog of Claude Code's. One that nobody answers, or that is none we know, has its default outcome. */
export function dialogCallback(ask: (question: PermissionQuestion) => Promise<PermissionAnswer>): OnUserDialog {
  return async ({ dialogKind, payload, toolUseID }, { signal, requestId }) => {
    const known = readers[dialogKind]?.(payload) ?? null
    if (known === null) return { behavior: 'cancelled' }
    const question = { tool: dialogKind, input: payload, folder: null, signal, toolUseId: toolUseID ?? requestId, reason: null }
    try {
      const answer = await ask({ ...question, parentToolUseId: null, ...known })
      if (answer.behavior === 'deny') return { behavior: 'cancelled' }
      return { behavior: 'completed', result: answer.updatedInput['choice'] }
    } catch {
      return { behavior: 'cancelled' }
    }
  }
}
