import { useState } from 'react'
import { client } from '../../connection/connection.ts'
import { useTopics } from '../../state/topics-store.ts'
import { toast } from '../../state/toasts.ts'
import { ui, useUi } from '../../state/ui-store.ts'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { plural } from '../../words/figures.ts'
import { useInstanceName } from './use-topics.ts'

/** Asks before a topic goes with all that it holds. */
export function RemoveTopicDialog({ name }: { name: string }) {
  const topic = useTopics(({ topics }) => topics?.get(name))
  const open = (topic?.waiting ?? 0) + (topic?.dead ?? 0)
  const run = async () => {
    await client.topics.remove({ name, force: open > 0 })
    const { screen } = useUi.getState()
    if (screen.name === 'topics' && screen.id === name) ui.replace({ name: 'topics' })
  }
  return (
    <FormDialog title={`Remove ${name}?`} action="Remove topic" danger run={run}>
      <p>
        {open > 0 && `${plural(open, 'message')} not done will be lost. `}Its messages and answers are deleted. Conversations stay. This
        can’t be undone.
      </p>
    </FormDialog>
  )
}

/** Asks before dead messages go. */
export function ClearDialog({ name }: { name: string }) {
  const dead = useTopics(({ topics }) => topics?.get(name)?.dead ?? 0)
  const run = async () => {
    const { cleared } = await client.topics.clear({ name })
    toast(`${plural(cleared, 'message')} deleted.`)
  }
  return (
    <FormDialog title={`Clear dead messages of ${name}?`} action="Delete" danger run={run}>
      <p>{plural(dead, 'dead message')} will be deleted. This can’t be undone.</p>
    </FormDialog>
  )
}

/** Asks before a worker goes. */
export function RemoveWorkerDialog({ id }: { id: string }) {
  const [worker] = useState(() => useTopics.getState().workers.get(id))
  const name = useInstanceName(worker?.instanceId ?? null)
  return (
    <FormDialog title={`Remove worker ${name}?`} action="Remove worker" danger run={() => client.workers.remove({ id })}>
      <p>The message it is working on is finished; the rest waits in the topic. The instance stays.</p>
    </FormDialog>
  )
}
