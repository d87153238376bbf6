import { useState } from 'react'
import type { CleanUp } from '../../../shared/domain/library.ts'
import { client } from '../../connection/connection.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { formatBytes } from '../../words/figures.ts'
import { FoundWords, LimitFields, limitsOf, Outcome, usePreview } from './clean-up-parts.tsx'
import { actOn } from '../../commands/library-actions.ts'

const states = [
  ['active', 'Active'],
  ['archived', 'Archived'],
  ['all', 'Both'],
] as const

type Wanted = { days: string; megabytes: string; state: (typeof states)[number][0] }

/** Makes room: what is old or large is shown first, and only what is shown goes. */
export function CleanUpDialog() {
  const [wanted, setWanted] = useState<Wanted>({ days: '90', megabytes: '', state: 'active' })
  const { found, problem } = usePreview(wanted, preview)
  const ids = found?.ids ?? []
  const go = (action: 'archive' | 'delete') => {
    ui.closeDialog()
    void actOn(action, ids)
  }
  const footer = (
    <>
      <FoundWords ids={found === null ? null : ids} noun="conversation" size={formatBytes(found?.bytes ?? 0)} />
      <Button variant="quiet" onClick={ui.closeDialog}>
        Cancel
      </Button>
      <Button variant="danger" disabled={ids.length === 0} onClick={() => go('delete')}>
        Move to the trash
      </Button>
      {wanted.state !== 'archived' && (
        <Button variant="primary" disabled={ids.length === 0} onClick={() => go('archive')}>
          Archive
        </Button>
      )}
    </>
  )
  return (
    <Dialog
      title="Clean up"
      description="Archived are compressed, still found and read. The trash keeps what it gets for 30 days."
      onClose={ui.closeDialog}
      footer={footer}
    >
      <Fields wanted={wanted} onChange={setWanted} />
      <Outcome problem={problem} items={found?.items ?? null} count={ids.length} />
    </Dialog>
  )
}

function Fields({ wanted, onChange }: { wanted: Wanted; onChange: (wanted: Wanted) => void }) {
  return (
    <div className="clean-up-fields">
      <LimitFields wanted={wanted} onChange={(limits) => onChange({ ...wanted, ...limits })} />
      <Field label="Which">
        {(props) => (
          <select
            className="input"
            value={wanted.state}
            onChange={(event) => onChange({ ...wanted, state: states.find(([value]) => value === event.target.value)?.[0] ?? 'active' })}
            {...props}
          >
            {states.map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        )}
      </Field>
    </div>
  )
}

async function preview({ days, megabytes, state }: Wanted): Promise<CleanUp> {
  return client.library.cleanUp({ state, ...limitsOf(days, megabytes) })
}
