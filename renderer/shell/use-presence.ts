import { useEffect } from 'react'
import { client } from '../connection/connection.ts'
import { errorCode } from '../words/error-words.ts'
import { addInstance, usePool } from '../state/pool-store.ts'
import { markSeen } from '../state/seen-store.ts'
import { ui, useUi, type Screen } from '../state/ui-store.ts'

/**
 * Leaves the screen of an instance that is gone. One that the list does not hold is asked for by itself first: something just made may
 * be told of a moment later.
 */
export function useLeaveWhatIsGone(): void {
  const screen = useUi((state) => state.screen)
  const missing = usePool(({ loaded, connection, instances }) => {
    if (!loaded || connection !== 'open') return false
    return screen.name === 'instance' && !instances.has(screen.id)
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
  } catch (thrown) {
    if (signal.aborted || errorCode(thrown) !== 'NOT_FOUND') return
    ui.go({ name: 'start' })
  }
}

/** A conversation that is on the screen while the window can be seen counts as looked at. */
export function useSeeing(id: string): void {
  const ended = usePool((state) => state.conversations.get(id)?.lastTurn?.endedAt)
  useEffect(() => {
    const see = () => {
      if (document.visibilityState === 'visible') markSeen(id)
    }
    see()
    document.addEventListener('visibilitychange', see)
    return () => document.removeEventListener('visibilitychange', see)
  }, [id, ended])
}
