import { useCallback, useEffect, useState } from 'react'
import type { Instance } from '../../../shared/domain/instance.ts'
import type { WorktreeState } from '../../../shared/domain/worktree.ts'
import { client } from '../../connection/connection.ts'
import { useUi } from '../../state/ui-store.ts'
import { errorWords } from '../../words/error-words.ts'

export type Read = { state: WorktreeState | null; problem: string | null; read: () => void }

/** The worktree of an instance as git sees it; read again when a turn of it ends, when its set-up does, and when the window is come back to. */
export function useWorktree(instance: Pick<Instance, 'id' | 'state' | 'turns' | 'worktree'> | undefined): Read {
  const [found, setFound] = useState<{ state: WorktreeState | null; problem: string | null }>({ state: null, problem: null })
  const [asked, setAsked] = useState(0)
  const read = useCallback(() => setAsked((count) => count + 1), [])
  const id = instance?.worktree ? instance.id : null
  const { setup, removedAt } = instance?.worktree ?? {}
  // What was done in a dialog is seen once that is closed.
  const isAsking = useUi((ui) => ui.dialog !== null)
  const news = `${isAsking} ${instance?.turns} ${instance?.state === 'busy'} ${setup?.state === 'running'} ${removedAt ?? ''}`
  useEffect(() => {
    if (id === null) return undefined
    const end = new AbortController()
    client.worktrees.state({ id }, { signal: end.signal }).then(
      (state) => setFound({ state, problem: null }),
      (thrown: unknown) => {
        if (!end.signal.aborted) setFound((before) => ({ ...before, problem: errorWords(thrown) }))
      },
    )
    window.addEventListener('focus', read, { signal: end.signal })
    return () => end.abort()
  }, [id, asked, news, read])
  return { ...found, read }
}
