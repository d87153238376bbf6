import type { CanUseTool, OnElicitation, PermissionResult } from '@anthropic-ai/claude-agent-sdk'
import { z } from 'zod'
import type { Approval } from '../../../shared/domain/approval.ts'
import type { CallFolders } from './call-folders.ts'
import type { PermissionAnswer, PermissionQuestion } from './claude-event.ts'

type Ask = (question: PermissionQuestion) => Promise<PermissionAnswer>
type Identify = (server: string) => Promise<string | null>
type Context = Omit<Parameters<CanUseTool>[2], 'signal' | 'toolUseID' | 'decisionReason' | 'title' | 'description'>

const flag = z.boolean().optional().catch(undefined)
const unnamedSchema = z.object({
  decisionReasonType: z.string().optional().catch(undefined),
  serverPolicyAskOnly: flag,
  requiresUserInteraction: flag,
})

/** Asks about a tool. A throw or a wrong answer would be a denial without a word, so whatever fails says why it was denied. */
export function permissionCallback(ask: Ask, folders: CallFolders, identify: Identify = async () => null): CanUseTool {
  return async (tool, input, { signal, toolUseID, decisionReason, title, description, ...context }) => {
    try {
      const facts = await factsOf(context, identify)
      const folder = folders.take(toolUseID)
      const question = { tool, input, folder, signal, toolUseId: toolUseID, reason: decisionReason ?? null, parentToolUseId: null }
      return resultOf(await ask({ ...question, title, description, facts }))
    } catch (thrown) {
      return { behavior: 'deny', message: `Bullpen could not ask the user: ${wordsOf(thrown)}` }
    }
  }
}

/**
 * Asks what an MCP server wants to know. What nobody answers is cancelled: only the user declines. A server in this
 * process cannot ask (measured with Claude Code 2.1.329).
 */
export function elicitationCallback(ask: Ask): OnElicitation {
  return async (
    { serverName: server, message, mode = 'form', url, elicitationId, requestedSchema, title, description },
    { signal, requestId },
  ) => {
    const place = { ...(url === undefined ? {} : { url }), ...(elicitationId === undefined ? {} : { elicitationId }) }
    const elicitation = { server, message, mode, ...place, ...(requestedSchema ? { requestedSchema } : {}) }
    const question = { tool: server, input: {}, folder: null, signal, toolUseId: requestId, reason: null, parentToolUseId: null }
    try {
      const answer = await ask({ ...question, title, description, elicitation })
      if (answer.behavior === 'deny') return { action: answer.withdrawn ? 'cancel' : 'decline' }
      return { action: 'accept', content: plainValues(answer.updatedInput) }
    } catch {
      return { action: 'cancel' }
    }
  }
}

/** What Claude Code says of a request; some of it its types do not name. */
async function factsOf(context: Context, identify: Identify): Promise<Approval['facts']> {
  const { blockedPath, agentID: agentId, mcpServer, matchedAskRule: asked, suggestions = [] } = context
  const { decisionReasonType: reasonType, ...unnamed } = unnamedSchema.parse(context)
  const identity = mcpServer ? await identify(mcpServer.name) : null
  const { toolName = '', ruleContent, source } = asked ?? {}
  return {
    defaultToNo: context.defaultToNo === true,
    suppressAlwaysAllow: context.suppressAlwaysAllowRule === true,
    ...(blockedPath === undefined ? {} : { blockedPath }),
    ...(agentId === undefined ? {} : { agentId }),
    ...(reasonType === undefined ? {} : { reasonType }),
    ...(unnamed.serverPolicyAskOnly === true ? { serverPolicyAskOnly: true as const } : {}),
    ...(unnamed.requiresUserInteraction === true ? { requiresUserInteraction: true as const } : {}),
    ...(asked ? { matchedAskRule: `${ruleContent === undefined ? toolName : `${toolName}(${ruleContent})`} · ${source ?? ''}` } : {}),
    ...(mcpServer ? { mcpServer: { name: mcpServer.name, source: mcpServer.source, ...(identity === null ? {} : { identity }) } } : {}),
    ...(suggestions.length === 0 ? { noSuggestions: true as const } : {}),
  }
}

function resultOf(answer: PermissionAnswer): PermissionResult {
  if (answer.behavior === 'deny') return { behavior: 'deny', message: answer.message, interrupt: answer.interrupt }
  const { updatedInput, mode } = answer
  if (mode === undefined) return { behavior: 'allow', updatedInput }
  // For this session alone: nothing is written into a settings file.
  return { behavior: 'allow', updatedInput, updatedPermissions: [{ type: 'setMode', mode, destination: 'session' }] }
}

type PlainValue = string | number | boolean | string[]

/** A form has plain values only; anything else was refused before. */
function plainValues(content: Record<string, unknown>): Record<string, PlainValue> {
  const values: Record<string, PlainValue> = {}
  for (const [name, value] of Object.entries(content)) {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') values[name] = value
    else if (Array.isArray(value) && value.every((one) => typeof one === 'string')) values[name] = value
  }
  return values
}

function wordsOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
