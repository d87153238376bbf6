import { create } from 'zustand'

/** How often the folder of a conversation may have changed, as far as this page was told: what was read before is old. */
export const useChangesNews = create<{ all: number; byConversation: ReadonlyMap<string, number> }>(() => ({
  all: 0,
  byConversation: new Map(),
}))

/** Files of a conversation's folder may be others than before; null: of any, as nobody listened for a while. */
export function changesChanged(conversationId: string | null): void {
  useChangesNews.setState(({ all, byConversation }) => {
    if (conversationId === null) return { all: all + 1, byConversation: new Map() }
    return { all, byConversation: new Map(byConversation).set(conversationId, (byConversation.get(conversationId) ?? 0) + 1) }
  })
}

/** Another word as soon as the folder may have changed. */
export function useChangesRevision(conversationId: string): string {
  return useChangesNews(({ all, byConversation }) => `${all} ${byConversation.get(conversationId) ?? 0}`)
}
