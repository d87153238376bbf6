import type { ConversationStore } from '../conversations/conversation-store.ts'

/** A turn is looked for in so many pages of messages; what lies before them may have been anything. */
const mostPages = 40

/** The names of what a turn has called. */
export async function toolsOfTurn(conversations: ConversationStore, conversationId: string, turnId: string): Promise<string[]> {
  if (!conversations.has(conversationId)) return []
  const names = new Set<string>()
  let before: number | undefined
  for (let page = 0; page < mostPages; page += 1) {
    const { items, nextCursor } = await conversations.messages(conversationId, { limit: 500, superseded: true, before })
    const said = items.filter((message) => message.turnId === turnId)
    for (const { blocks } of said) for (const block of blocks) if (block.type === 'tool_use') names.add(block.name)
    const hasBegun = said.some(({ role, joinedAs }) => role === 'user' && joinedAs === undefined)
    if (hasBegun || nextCursor === null) return [...names]
    before = Number(nextCursor)
  }
  return [...names, 'Something']
}
