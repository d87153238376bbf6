import { useState } from 'react'
import { client } from '../../connection/connection.ts'
import { errorWords } from '../../words/error-words.ts'
import { usePool } from '../../state/pool-store.ts'
import { ui, useUi } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'

/** Asks before an instance is removed, and says what stays. */
export function RemoveInstanceDialog({ id }: { id: string }) {
  const name = usePool((state) => state.instances.get(id)?.name)
  if (name === undefined) return null
  return (
    <ConfirmDialog
      title={`Remove ${name}?`}
      words="Its process ends and its settings are deleted. Its conversations stay, and another instance can continue them."
      action={`Remove ${name}`}
      run={() => remove(id)}
    />
  )
}

async function remove(id: string): Promise<void> {
  await client.instances.remove({ id })
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
