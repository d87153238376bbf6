import { z } from 'zod'
import type { MessageNotice } from '../../../shared/domain/message.ts'
import type { SystemMessage } from './sdk-system.ts'

type HookResponse = Extract<SystemMessage, { subtype: 'hook_response' }>

export type HookLine = {
  text: string
  level: MessageNotice['level']
  event: string
  /** The hook's own message to the user, as Claude Code may repeat it. */
  said: string | null
  /** It ended the turn. */
  stops: boolean
}

const answerSchema = z.object({
  systemMessage: z.string().optional().catch(undefined),
  continue: z.boolean().optional().catch(undefined),
  stopReason: z.string().optional().catch(undefined),
  decision: z.string().optional().catch(undefined),
  reason: z.string().optional().catch(undefined),
  hookSpecificOutput: z
    .object({
      permissionDecision: z.string().optional().catch(undefined),
      permissionDecisionReason: z.string().optional().catch(undefined),
      /** Of `PermissionRequest`. */
      decision: z.object({ behavior: z.string(), message: z.string().optional() }).optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
})
type Answer = z.infer<typeof answerSchema>

/** Their refusals come by another way: as a notice of Claude Code's. */
const toldElsewhere = new Set(['UserPromptSubmit', 'UserPromptExpansion'])
/** What they refuse does not run. */
const guards = new Set(['PreToolUse', 'PermissionRequest'])

/** What a hook has to tell the user: its message, why it ended or blocked something, or how it failed. Most say nothing. */
export function hookLines(hook: HookResponse): HookLine[] {
  const { hook_name: name, hook_event: event } = hook
  const isPrompt = event === 'UserPromptSubmit' || event === 'UserPromptExpansion'
  const base = { event, said: null, stops: false }
  const failure = failureOf(hook)
  // With 2 a hook speaks to Claude, or asks it to go on.
  if (failure !== null && hook.exit_code === 2) {
    if (guards.has(event)) return [{ ...base, level: 'warning', text: blockedWords(name, failure) }]
    return toldElsewhere.has(event) ? [] : [{ ...base, level: 'info', text: `${name} hook: ${failure}` }]
  }
  if (failure !== null) return [{ ...base, level: 'warning', text: `${name} hook failed: ${failure}` }]
  const answer = answerOf(hook.stdout)
  const lines: HookLine[] = []
  const { systemMessage: said, reason, stopReason } = answer
  if (said?.trim()) lines.push({ ...base, level: 'info', text: `${name} hook: ${said.trim()}`, said: said.trim() })
  if (answer.continue === false && !isPrompt)
    lines.push({ ...base, level: 'warning', text: `Stopped by the ${name} hook${stopReason ? `: ${stopReason}` : ''}`, stops: true })
  const refusal = guards.has(event) ? refusalOf(answer) : null
  if (refusal !== null) lines.push({ ...base, level: 'warning', text: blockedWords(name, refusal) })
  else if (answer.decision === 'block' && reason && !toldElsewhere.has(event))
    lines.push({ ...base, level: 'info', text: `${name} hook: ${reason}` })
  return lines
}

function blockedWords(name: string, reason: string): string {
  return `Blocked by the ${name} hook${reason ? `: ${reason}` : ''}`
}

/** Why a call must not run; null where the hook lets it. */
function refusalOf({ decision, reason, hookSpecificOutput: own }: Answer): string | null {
  if (own?.permissionDecision === 'deny') return own.permissionDecisionReason ?? reason ?? ''
  if (own?.decision?.behavior === 'deny') return own.decision.message ?? reason ?? ''
  return decision === 'block' ? (reason ?? '') : null
}

function failureOf({ outcome, exit_code: code, stderr, stdout }: HookResponse): string | null {
  if (outcome !== 'error') return null
  const words = stderr.trim() || stdout.trim()
  return words || (code === undefined ? 'it was cut short' : `exit code ${code}`)
}

function answerOf(stdout: string): Answer {
  const text = stdout.trim()
  if (!text.startsWith('{')) return {}
  try {
    return answerSchema.safeParse(JSON.parse(text)).data ?? {}
  } catch {
    return {}
  }
}
