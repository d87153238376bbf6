import type { HookCallback, HookJSONOutput } from '@anthropic-ai/claude-agent-sdk'
import { z } from 'zod'
import type { CallFolders } from './call-folders.ts'
import type { AnnouncedCall, PermissionAnswer, PermissionQuestion } from './claude-event.ts'

export type CallHookDeps = {
  folders: CallFolders
  /** Whether a rule denies a call; absent: none does. */
  denies: ((call: AnnouncedCall) => Promise<boolean>) | undefined
  ask: (question: PermissionQuestion) => Promise<PermissionAnswer>
}

const inputSchema = z.record(z.string(), z.unknown())

/**
 * Told of every call of a tool before it is made, also of those that Claude Code does not ask about: notes where it would run, and
 * refuses what a rule denies. A throw would let the call be made, so whatever fails refuses it too.
 */
export function callHook({ folders, denies, ask }: CallHookDeps): HookCallback {
  return async (told, toolUseId, options) => {
    await folders.announce(told, toolUseId, options)
    if (told.hook_event_name !== 'PreToolUse' || !denies) return {}
    const { tool_use_id: id, tool_name: tool, tool_input: given, cwd: folder, agent_id: agentId } = told
    const call = { tool, input: inputSchema.safeParse(given).data ?? {}, folder }
    try {
      if (!(await denies(call))) return {}
      const facts = { defaultToNo: false, suppressAlwaysAllow: false, ...(agentId === undefined ? {} : { agentId }) }
      const answer = await ask({ ...call, toolUseId: id, reason: null, parentToolUseId: null, signal: options.signal, facts })
      return answer.behavior === 'deny' ? denial(answer.message) : {}
    } catch (thrown) {
      return denial(`Bullpen could not look up its rules: ${thrown instanceof Error ? thrown.message : String(thrown)}`)
    }
  }
}

function denial(permissionDecisionReason: string): HookJSONOutput {
  return { hookSpecificOutput: { hookEventName: 'PreToolUse', permissionDecision: 'deny', permissionDecisionReason } }
}
