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
    void readGitState(conversationId, revision)
    window.addEventListener('focus', () => void readGitState(conversationId, revision), { signal: end.signal })
    return () => end.abort()
  }, [conversationId, revision])
  return useStates((state) => state.byConversation.get(conversationId)) ?? null
}

/** What is being read of each conversation: a header and a screen that ask at once have the same answer, and an older one is of no use. */
const reading = new Map<string, string>()

async function readGitState(conversationId: string, revision: string): Promise<void> {
  if (reading.get(conversationId) === revision) return
  reading.set(conversationId, revision)
  const isNewest = () => reading.get(conversationId) === revision
  try {
    const git = await client.changes.git({ id: conversationId })
    if (!isNewest()) return
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
  } finally {
    if (isNewest()) reading.delete(conversationId)
  }
}
