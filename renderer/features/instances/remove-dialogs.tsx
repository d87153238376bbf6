import { useState } from 'react'
import { client } from '../../connection/connection.ts'
import { errorWords } from '../../words/error-words.ts'
import { usePool } from '../../state/pool-store.ts'
import { ui, useUi } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { RemoveWithWorktree, type Fate } from '../worktrees/remove-with-worktree.tsx'

/** Asks before an instance is removed, and says what stays. */
export function RemoveInstanceDialog({ id }: { id: string }) {
  const instance = usePool((state) => state.instances.get(id))
  if (instance === undefined) return null
  const { name, worktree } = instance
  if (worktree && worktree.removedAt === undefined)
    return <RemoveWithWorktree instance={instance} words={whatStays} remove={(fate) => remove(id, fate)} />
  return <ConfirmDialog title={`Remove ${name}?`} words={whatStays} action={`Remove ${name}`} run={() => remove(id, {})} />
}

const whatStays = 'Its process ends and its settings are deleted. Its conversations stay, and another instance can continue them.'

async function remove(id: string, fate: Fate): Promise<void> {
  await client.instances.remove({ id, ...fate })
  const { screen } = useUi.getState()
  if (screen.name === 'instance' && screen.id === id) ui.go({ name: 'start' })
}

function ConfirmDialog({ title, words, action, run }: { title: string; words: string; action: string; run: () => Promise<unknown> }) {
  const [problem, setProblem] = useState<string | null>(null)
  const confirm = () => {
    run().then(ui.closeDialog, (thrown: unknown) => setProblem(errorWords(thrown)))
  }
  const footer = (
    <>
      {problem !== null && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      <Button variant="quiet" onClick={ui.closeDialog}>
        Cancel
      </Button>
      <Button variant="danger" onClick={confirm}>
        {action}
      </Button>
    </>
  )
  return (
    <Dialog title={title} onClose={ui.closeDialog} footer={footer}>
      <p>{words}</p>
    </Dialog>
  )
}
