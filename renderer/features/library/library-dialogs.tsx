import { useMemo, useState } from 'react'
import { client } from '../../connection/connection.ts'
import { usePool } from '../../state/pool-store.ts'
import { toast } from '../../state/toasts.ts'
import { Field } from '../../ui/field.tsx'
import { plural } from '../../words/figures.ts'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { actOn } from '../../commands/library-actions.ts'
import { library } from '../../state/library-store.ts'

/** Puts tags on conversations, or takes them off. */
export function TagDialog({ ids }: { ids: readonly string[] }) {
  const only = usePool((state) => (ids.length === 1 ? state.conversations.get(ids[0] ?? '') : undefined))
  const known = useMemo(() => (only ? only.tags.join(', ') : ''), [only])
  const [text, setText] = useState(known)
  const [takes, setTakes] = useState(false)
  const tags = tagsOf(text)
  const run = async () => {
    // One conversation has exactly the tags that stand here; many get them besides their own.
    if (only) await client.conversations.update({ id: only.id, tags })
    else void actOn(takes ? 'untag' : 'tag', ids, tags).then(library.pickNone)
  }
  return (
    <FormDialog
      title={only ? `Tags of “${only.title}”` : `Tag ${plural(ids.length, 'conversation')}`}
      action={takes ? 'Remove' : only ? 'Save' : 'Add'}
      ready={only !== undefined || tags.length > 0}
      run={run}
    >
      <Field label="Tags" hint="Separate tags with commas.">
        {(props) => <input className="input" value={text} maxLength={500} onChange={(event) => setText(event.target.value)} {...props} />}
      </Field>
      {!only && (
        <label className="library-check">
          <input type="checkbox" checked={takes} onChange={(event) => setTakes(event.target.checked)} /> Remove these tags instead
        </label>
      )}
    </FormDialog>
  )
}

/** Asks before conversations go into the trash, or out of it for good. */
export function DeleteManyDialog({ ids, trashed }: { ids: readonly string[]; trashed: boolean }) {
  const many = plural(ids.length, 'conversation')
  const run = async () => {
    void actOn(trashed ? 'erase' : 'delete', ids).then(library.pickNone)
  }
  return (
    <FormDialog title={`Delete ${many}?`} action={trashed ? 'Delete permanently' : 'Delete'} cancel="Cancel" danger run={run}>
      <p>
        {trashed
          ? 'This can’t be undone. Claude Code keeps its own copies of the sessions.'
          : 'They move to the trash for 30 days. Claude Code keeps its own copies of the sessions.'}
      </p>
    </FormDialog>
  )
}

/** Asks before the trash is emptied. */
export function EmptyTrashDialog() {
  const run = async () => {
    const { erased } = await client.library.emptyTrash()
    toast(`${plural(erased, 'conversation')} permanently deleted.`)
  }
  return (
    <FormDialog title="Empty the trash?" action="Empty trash" cancel="Cancel" danger run={run}>
      <p>Permanently deletes everything in the trash.</p>
    </FormDialog>
  )
}

function tagsOf(text: string): string[] {
  const all = text.split(',').map((tag) => tag.trim().replace(/^#/, '').slice(0, 50))
  return [...new Set(all.filter((tag) => tag !== ''))].slice(0, 50)
}
