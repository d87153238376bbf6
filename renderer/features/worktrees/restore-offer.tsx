import { useEffect, useState } from 'react'
import type { WorktreeState } from '../../../shared/domain/worktree.ts'
import { client } from '../../connection/connection.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { errorWords } from '../../words/error-words.ts'
import './worktrees.css'

/** Offers to create the worktree of a conversation again; nothing where its folder is there, or never was a worktree. */
export function RestoreOffer({ conversationId: id }: { conversationId: string }) {
  const [state, setState] = useState<WorktreeState | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  useEffect(() => {
    const end = new AbortController()
    client.worktrees.ofConversation({ id }, { signal: end.signal }).then(
      (answer) => setState(answer.state),
      () => undefined,
    )
    return () => end.abort()
  }, [id])
  if (state === null || !state.missing) return null
  const restore = () => {
    setProblem(null)
    client.worktrees.restoreForConversation({ id }).then(ui.closeDialog, (thrown: unknown) => setProblem(errorWords(thrown)))
  }
  return (
    <section className="worktree-restore" aria-label="Missing worktree">
      <p>
        {state.cannotRestore === null
          ? 'Its folder was a worktree and is missing. Its branch is still there, so it can be created again in the same place.'
          : `Its folder was a worktree and is missing. ${state.cannotRestore}`}
      </p>
      {state.cannotRestore === null && (
        <Button variant="primary" onClick={restore}>
          Create the worktree again
        </Button>
      )}
      {problem !== null && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
    </section>
  )
}
