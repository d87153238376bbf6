import { useEffect } from 'react'
import { usePool } from '../state/pool-store.ts'
import { markSeen } from '../state/seen-store.ts'

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
