import { useEffect } from 'react'
import { create } from 'zustand'
import type { GitState } from '../../shared/domain/changes.ts'
import { client } from '../connection/connection.ts'
import { useChangesRevision } from './changes-news.ts'

const mostKept = 50
const useStates = create<{ byConversation: ReadonlyMap<string, GitState> }>(() => ({ byConversation: new Map() }))

/** The state of the repository a conversation works in; read again when its folder may have changed, and when the window is come back to. */
export function useGitState(conversationId: string): GitState | null {
  const revision = useChangesRevision(conversationId)
  useEffect(() => {
    const end = new AbortController()
    const read = () => void readGitState(conversationId, end.signal)
    read()
    window.addEventListener('focus', read, { signal: end.signal })
    return () => end.abort()
  }, [conversationId, revision])
  return useStates((state) => state.byConversation.get(conversationId)) ?? null
}

async function readGitState(conversationId: string, signal: AbortSignal): Promise<void> {
  try {
    const git = await client.changes.git({ id: conversationId }, { signal })
    useStates.setState(({ byConversation }) => {
      const next = new Map(byConversation)
      next.delete(conversationId)
      next.set(conversationId, git)
      const oldest = next.keys().next()
      if (next.size > mostKept && !oldest.done) next.delete(oldest.value)
      return { byConversation: next }
    })
  } catch {
    // What was known before stays: a header is no place for this failure.
  }
}
