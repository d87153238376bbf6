import { useState } from 'react'
import { client } from '../../connection/connection.ts'
import { usePool } from '../../state/pool-store.ts'
import { Field } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { shortPath } from '../../words/figures.ts'
import { RestoreOffer } from '../worktrees/restore-offer.tsx'
import { FolderField } from './folder-field.tsx'

/** Gives a conversation another folder to work in, for example the new place of one that was moved. */
export function ConversationFolderDialog({ id }: { id: string }) {
  const conversation = usePool((state) => state.conversations.get(id))
  const home = usePool((state) => state.health?.platform.home ?? null)
  const [folder, setFolder] = useState('')
  if (!conversation) return null
  const now = conversation.cwd === null ? null : shortPath(conversation.cwd, { home })
  return (
    <FormDialog
      title="Choose another folder"
      description={`${now === null ? '' : `This conversation works in ${now}. `}Claude keeps its context.`}
      action="Use this folder"
      ready={folder.trim() !== ''}
      run={() => client.conversations.update({ id, cwd: folder.trim() })}
    >
      <RestoreOffer conversationId={id} />
      <Field label="Folder">{(props) => <FolderField value={folder} onChange={setFolder} {...props} />}</Field>
    </FormDialog>
  )
}
