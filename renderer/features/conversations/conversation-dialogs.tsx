import { useState } from 'react'
import { client } from '../../connection/connection.ts'
import { attempt } from '../../commands/instance-actions.ts'
import { usePool } from '../../state/pool-store.ts'
import { toast } from '../../state/toasts.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { shortPath } from '../../words/figures.ts'
import { FormDialog } from '../../ui/form-dialog.tsx'

/** Gives a conversation another title. */
export function RenameConversationDialog({ id }: { id: string }) {
  const title = usePool((state) => state.conversations.get(id)?.title)
  const [text, setText] = useState(title ?? '')
  if (title === undefined) return null
  return (
    <FormDialog
      title="Rename this conversation"
      action="Rename"
      ready={text.trim() !== ''}
      run={() => client.conversations.update({ id, title: text.trim() })}
    >
      <Field label="Title">
        {(props) => <input className="input" value={text} maxLength={200} onChange={(event) => setText(event.target.value)} {...props} />}
      </Field>
    </FormDialog>
  )
}

/** Lets another instance go on with a conversation. */
export function HandOverDialog({ id }: { id: string }) {
  const conversation = usePool((state) => state.conversations.get(id))
  const instances = usePool((state) => state.instances)
  const home = usePool((state) => state.health?.platform.home ?? null)
  const others = [...instances.values()]
    .filter((one) => one.id !== conversation?.instanceId)
    .toSorted((a, b) => a.name.localeCompare(b.name))
  const [chosen, setChosen] = useState(others[0]?.id ?? '')
  if (!conversation) return null
  if (others.length === 0) return <NoOther />
  const words =
    conversation.sessionId !== null && conversation.cwd !== null
      ? `It continues in the same session, in ${shortPath(conversation.cwd, { home })}, with the other instance’s model and permissions.`
      : 'It has no messages yet, so it starts in the other instance’s folder.'
  return (
    <FormDialog
      title="Move to another instance"
      description={words}
      action="Move"
      ready={instances.has(chosen)}
      run={() => client.conversations.update({ id, instanceId: chosen })}
    >
      <Field label="Instance">
        {(props) => (
          <select className="input" value={chosen} onChange={(event) => setChosen(event.target.value)} {...props}>
            {others.map((one) => (
              <option key={one.id} value={one.id}>
                {one.name} · {shortPath(one.cwd, { home })}
              </option>
            ))}
          </select>
        )}
      </Field>
    </FormDialog>
  )
}

/** Asks before a conversation goes into the trash. */
export function DeleteConversationDialog({ id }: { id: string }) {
  const title = usePool((state) => state.conversations.get(id)?.title)
  if (title === undefined) return null
  const remove = async () => {
    await client.conversations.remove({ id })
    ui.leaveConversation(id)
    toast(`“${title}” is in the trash.`, 'info', null, { label: 'Undo', run: () => attempt(client.conversations.restore({ id })) })
  }
  return (
    <FormDialog title="Delete this conversation?" action="Delete conversation" cancel="Cancel" danger run={remove}>
      <p>“{title}” moves to the trash for 30 days. Claude Code keeps its own copy of the session.</p>
    </FormDialog>
  )
}

function NoOther() {
  const footer = (
    <Button variant="primary" onClick={() => ui.openDialog({ name: 'create-instance' })}>
      New instance
    </Button>
  )
  return (
    <Dialog title="Move to another instance" onClose={ui.closeDialog} footer={footer}>
      <p>There is no other instance. Create one first.</p>
    </Dialog>
  )
}
