import { create } from 'zustand'
import type { ContextUsage } from '../../shared/domain/claude-info.ts'
import { client } from '../connection/connection.ts'

type Store = { byConversation: ReadonlyMap<string, ContextUsage> }

/** What fills the context of conversations, as Claude Code said last; kept for some of them. */
export const useContexts = create<Store>(() => ({ byConversation: new Map() }))

const mostKept = 50

/** Asks for it; nothing changes where the instance has no process that could tell. */
export async function loadContext(conversationId: string, instanceId: string): Promise<void> {
  const usage = await client.instances.context({ id: instanceId, start: false }).catch(() => null)
  if (usage === null) return
  const next = new Map(useContexts.getState().byConversation)
  next.delete(conversationId)
  next.set(conversationId, usage)
  const oldest = next.keys().next()
  if (next.size > mostKept && !oldest.done) next.delete(oldest.value)
  useContexts.setState({ byConversation: next })
}

/** Has Claude Code make the context smaller; the thread then says what that did. Rejects with what the user should read. */
export async function compact(conversationId: string, instructions: string): Promise<void> {
  const words = instructions.replaceAll(/\s+/g, ' ').trim()
  await client.conversations.send({ id: conversationId, text: words === '' ? '/compact' : `/compact ${words}` })
}
