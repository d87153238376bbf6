import type { Instance } from '../../../shared/domain/instance.ts'
import { useSetup } from '../../state/setup-store.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { VisibleText } from '../../ui/visible-text.tsx'

/** The profile that an instance was made from, and whether it has changed since. */
export function FromProfile({ instance: { id, fromProfile } }: { instance: Pick<Instance, 'id' | 'fromProfile'> }) {
  const profile = useSetup((state) => state.profiles?.find((one) => one.id === fromProfile?.id))
  if (!profile) return null
  const changed = profile.usedBy.some((user) => user.id === id && user.changed)
  return (
    <p className="from-profile">
      <span dir="auto">
        Made from profile <VisibleText text={profile.name} />
        {changed && ', which has changed since.'}
      </span>
      <Button small variant="quiet" onClick={() => ui.openDialog({ name: 'profile-changes', instanceId: id })}>
        {changed ? 'Apply…' : 'Compare…'}
      </Button>
    </p>
  )
}
