import { useEffect, useState } from 'react'
import { client } from '../../connection/connection.ts'
import { addConversation, usePool } from '../../state/pool-store.ts'
import { errorCode } from '../../words/error-words.ts'

/**
 * Whether a conversation is there no more. What the lists do not hold is asked for by itself first: they have the newest conversations
 * only, and something just made may be told of a moment later.
 */
export function useIsGone(id: string): boolean {
  const isMissing = usePool(({ loaded, connection, conversations }) => loaded && connection === 'open' && !conversations.has(id))
  const [gone, setGone] = useState<string | null>(null)
  useEffect(() => {
    if (!isMissing) return undefined
    const abort = new AbortController()
    client.conversations.get({ id }, { signal: abort.signal }).then(
      (found) => addConversation(found),
      (thrown: unknown) => {
        if (!abort.signal.aborted && errorCode(thrown) === 'NOT_FOUND') setGone(id)
      },
    )
    return () => abort.abort()
  }, [isMissing, id])
  return isMissing && gone === id
}
