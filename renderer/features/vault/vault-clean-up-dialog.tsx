import { useState } from 'react'
import type { VaultCleanUp } from '../../../shared/domain/vault.ts'
import { client } from '../../connection/connection.ts'
import { errorWords } from '../../words/error-words.ts'
import { toast } from '../../state/toasts.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { formatBytes, plural } from '../../words/figures.ts'
import { FoundWords, LimitFields, limitsOf, Outcome, usePreview } from '../library/clean-up-parts.tsx'
import { windows } from './vault-store.ts'

type Wanted = { days: string; megabytes: string; what: 'copies' | 'earlier' }

const choices = { copies: 'Sessions only in the vault', earlier: 'Earlier copies' } as const
const notes = {
  copies:
    'This can’t be undone: Claude Code has deleted them too. Their cost is removed from metrics. Sessions your conversations continue from are kept.',
  earlier: 'Saved before Claude Code rewrote a transcript. The newest copy of each stays.',
} as const

/** Makes room in the vault: what would go is shown first, and only what is shown goes. */
export function VaultCleanUpDialog() {
  const [wanted, setWanted] = useState<Wanted>({ days: '365', megabytes: '', what: 'copies' })
  const { found, problem } = usePreview(wanted, preview)
  const ids = found?.sessionIds ?? []
  const [busy, setBusy] = useState(false)
  const go = async () => {
    setBusy(true)
    await remove(ids, wanted.what)
    ui.closeDialog()
  }
  const footer = (
    <>
      <FoundWords ids={found === null ? null : ids} noun="session" size={`${formatBytes(found?.bytes ?? 0)} on the disk`} />
      <Button variant="quiet" onClick={ui.closeDialog}>
        Cancel
      </Button>
      <Button variant="danger" disabled={ids.length === 0 || busy} onClick={() => void go()}>
        {busy ? 'Deleting…' : 'Delete permanently'}
      </Button>
    </>
  )
  return (
    <Dialog title="Clean up the vault" description={notes[wanted.what]} onClose={ui.closeDialog} footer={footer}>
      <div className="clean-up-fields">
        <LimitFields wanted={wanted} onChange={(limits) => setWanted({ ...wanted, ...limits })} />
        <Field label="Which">
          {(props) => (
            <select
              className="input"
              value={wanted.what}
              onChange={(event) => setWanted({ ...wanted, what: event.target.value === 'earlier' ? 'earlier' : 'copies' })}
              {...props}
            >
              <option value="copies">{choices.copies}</option>
              <option value="earlier">{choices.earlier}</option>
            </select>
          )}
        </Field>
      </div>
      <Outcome problem={problem} items={found?.items ?? null} count={ids.length} />
    </Dialog>
  )
}

function preview({ days, megabytes, what }: Wanted): Promise<VaultCleanUp> {
  return client.vault.cleanUp({ what, ...limitsOf(days, megabytes) })
}

async function remove(sessionIds: string[], what: Wanted['what']): Promise<void> {
  try {
    const { removed, bytes } = await client.vault.remove({ sessionIds, what })
    toast(
      `${what === 'earlier' ? 'Earlier copies' : 'The copies'} of ${plural(removed, 'session')} are deleted. That freed ${formatBytes(bytes)}.`,
    )
  } catch (thrown) {
    toast(errorWords(thrown), 'error')
  }
  windows.refresh()
}
