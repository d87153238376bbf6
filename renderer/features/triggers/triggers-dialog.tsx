import { useState } from 'react'
import type { DialogName } from '../../state/ui-store.ts'
import { useTriggers } from '../../state/triggers-store.ts'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { RenewSecretDialog } from './hook-secret.tsx'
import { removeTrigger } from './trigger-acts.ts'
import { TriggerDialog } from './trigger-dialog.tsx'

/** The dialogs of triggers. */
export function TriggersDialog({ dialog }: { dialog: Extract<DialogName, { name: 'trigger' | 'remove-trigger' | 'renew-secret' }> }) {
  const [trigger] = useState(() => (dialog.id === undefined ? undefined : useTriggers.getState().triggers?.get(dialog.id)))
  if (dialog.name === 'trigger') return <TriggerDialog id={dialog.id} />
  if (!trigger) return null
  if (dialog.name === 'renew-secret') return <RenewSecretDialog trigger={trigger} />
  return (
    <FormDialog title={`Delete ${trigger.name}?`} action="Delete trigger" danger run={() => removeTrigger(trigger)}>
      <p>Its history is deleted too. Runs that it started continue.</p>
    </FormDialog>
  )
}
