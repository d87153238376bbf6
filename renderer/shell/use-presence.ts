import { useEffect } from 'react'
import { client } from '../connection/connection.ts'
import { errorCode } from '../words/error-words.ts'
import { addConversation, addInstance, usePool } from '../state/pool-store.ts'
import { markSeen } from '../state/seen-store.ts'
import { ui, useUi, type Screen } from '../state/ui-store.ts'

/**
 * Leaves the screen of what is gone. What the lists do not hold is asked for by itself first: they have the newest
 * conversations only, and something just made may be told of a moment later.
 */
export function useLeaveWhatIsGone(): void {
  const screen = useUi((state) => state.screen)
  const missing = usePool(({ loaded, connection, instances, conversations }) => {
    if (!loaded || connection !== 'open') return false
    if (screen.name === 'instance') return !instances.has(screen.id)
    return screen.name === 'conversation' && !conversations.has(screen.id)
  })
  useEffect(() => {
    if (!missing) return undefined
    const abort = new AbortController()
    void lookFor(screen, abort.signal)
    return () => abort.abort()
  }, [missing, screen])
}

async function lookFor(screen: Screen, signal: AbortSignal): Promise<void> {
  try {
    if (screen.name === 'instance') addInstance(await client.instances.get({ id: screen.id }, { signal }))
    if (screen.name === 'conversation') addConversation(await client.conversations.get({ id: screen.id }, { signal }))
  } catch (thrown) {
    if (signal.aborted || errorCode(thrown) !== 'NOT_FOUND') return
    ui.go({ name: 'start' })
  }
}

/** What is on the screen while the window can be seen counts as looked at. */
export function useSeeing(): void {
  const screen = useUi((state) => state.screen)
  const id = screen.name === 'conversation' ? screen.id : null
  const ended = usePool((state) => (id === null ? undefined : state.conversations.get(id)?.lastTurn?.endedAt))
  useEffect(() => {
    if (id === null) return undefined
    const see = () => {
      if (document.visibilityState === 'visible') markSeen(id)
    }
    see()
    document.addEventListener('visibilitychange', see)
    return () => document.removeEventListener('visibilitychange', see)
  }, [id, ended])
}
