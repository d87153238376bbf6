import type { Approval } from '../../../shared/domain/approval.ts'
import type { Message, ToolResultBlock, ToolUseBlock } from '../../../shared/domain/message.ts'

/** The message of Claude's that asked for something, as far as it had come. */
export type AskedCall = {
  /** The last of its entries in Claude Code's transcript. */
  entry: string
  /** Every call of a tool in it, with its result where that had come. */
  calls: { call: ToolUseBlock; result: ToolResultBlock | null }[]
  /** The prompt of the turn; null when Claude began it by itself. */
  prompt: Message | null
}

/** Finds the call that a request is about among the messages of its turn; null when it is not there. */
export function askedCall(messages: readonly Message[], { turnId, toolUseId }: Pick<Approval, 'turnId' | 'toolUseId'>): AskedCall | null {
  const ofTurn = messages.filter((message) => message.turnId === turnId && message.parentToolUseId === undefined)
  const asking = ofTurn.find(({ blocks }) => blocks.some((block) => block.type === 'tool_use' && block.toolUseId === toolUseId))
  if (!asking) return null
  const parts = ofTurn.filter(
    (one) => one.role === 'assistant' && (one === asking || (one.providerId !== undefined && one.providerId === asking.providerId)),
  )
  const entry = parts.findLast(({ claudeUuid }) => claudeUuid !== undefined)?.claudeUuid
  if (entry === undefined) return null
  const results = new Map<string, ToolResultBlock>()
  for (const { role, blocks } of ofTurn)
    if (role === 'tool') for (const block of blocks) if (block.type === 'tool_result') results.set(block.toolUseId, block)
  const calls = parts.flatMap(({ blocks }) =>
    blocks.flatMap((block) => (block.type === 'tool_use' ? [{ call: block, result: results.get(block.toolUseId) ?? null }] : [])),
  )
  return { entry, calls, prompt: ofTurn.find(({ role }) => role === 'user') ?? null }
}
