import type { Instance } from '../../../shared/domain/instance.ts'
import { client } from '../../connection/connection.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { adviceFor, type Remedy } from './instance-advice.ts'
import { attempt } from '../../commands/instance-actions.ts'

/** Buttons for what helps a failed instance; the first is the one that helps most. */
export function RemedyButtons({ instance }: { instance: Pick<Instance, 'id' | 'name' | 'error'> }) {
  const { id, name, error } = instance
  const acts: Record<Remedy, { label: string; run: () => void }> = {
    'sign-in': { label: 'How to sign in', run: () => ui.openDialog({ name: 'sign-in' }) },
    edit: { label: `Edit ${name}…`, run: () => ui.openDialog({ name: 'edit-instance', id }) },
    settings: { label: 'Settings', run: () => ui.go({ name: 'settings' }) },
    secrets: { label: 'Secrets', run: () => ui.go({ name: 'secrets' }) },
    restart: { label: `Restart ${name}`, run: () => attempt(client.instances.restart({ id })) },
  }
  return (
    <>
      {adviceFor(error).remedies.map((remedy) => (
        <Button key={remedy} small onClick={acts[remedy].run}>
          {acts[remedy].label}
        </Button>
      ))}
    </>
  )
}
