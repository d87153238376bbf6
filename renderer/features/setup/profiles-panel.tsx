import type { ShownProfile } from '../../../shared/domain/profile.ts'
import { newFromProfile } from '../../commands/profile-actions.ts'
import { client } from '../../connection/connection.ts'
import { saveBlob } from '../../connection/files.ts'
import { usePool } from '../../state/pool-store.ts'
import { useSetup } from '../../state/setup-store.ts'
import { toast } from '../../state/toasts.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { ButtonMenu } from '../../ui/menu.tsx'
import { SomeItems } from '../../ui/some-items.tsx'
import { StateMark } from '../../ui/state-mark.tsx'
import { VisibleText } from '../../ui/visible-text.tsx'
import { errorWords } from '../../words/error-words.ts'
import { profileFacts } from './profile-facts.ts'
import { SetupRow } from './setup-row.tsx'
import { UsedBy } from './used-by.tsx'

/** Every profile, and what can be done with it. */
export function ProfilesPanel() {
  const profiles = useSetup((state) => state.profiles) ?? []
  return (
    <section aria-label="Profiles">
      <div className="setup-head">
        <p className="page-lead">Make instances from saved settings in one click.</p>
        <div className="setup-acts">
          <Button small variant="quiet" onClick={() => ui.openDialog({ name: 'import-profiles' })}>
            Import…
          </Button>
          {profiles.length > 0 && (
            <Button small variant="quiet" onClick={() => void exportProfiles()}>
              Export all
            </Button>
          )}
          <Button small onClick={() => ui.openDialog({ name: 'profile' })}>
            New profile…
          </Button>
        </div>
      </div>
      {profiles.length === 0 && (
        <div className="page-empty">
          <StateMark mark="idle" />
          <p>No profiles yet. Make one here, or choose “Save as profile…” in the menu of an instance.</p>
        </div>
      )}
      <ul className="setup-list">
        <SomeItems items={profiles} first={50} name="profiles">
          {(profile) => <ProfileRow key={profile.id} profile={profile} />}
        </SomeItems>
      </ul>
    </section>
  )
}

function ProfileRow({ profile }: { profile: ShownProfile }) {
  const home = usePool((state) => state.health?.platform.home ?? null)
  const { id, name, note, usedBy, missing } = profile
  const entries = [
    { id: 'duplicate', label: 'Duplicate…', run: () => ui.openDialog({ name: 'profile', like: id }) },
    { id: 'export', label: 'Export', run: () => void exportProfiles(profile) },
    { id: 'remove', label: 'Remove…', danger: true, run: () => ui.openDialog({ name: 'remove-profile', id }) },
  ]
  const acts = (
    <>
      <Button small variant="primary" aria-label={`New instance from ${name}`} onClick={() => newFromProfile(profile)}>
        New instance
      </Button>
      <Button small variant="quiet" aria-label={`Edit ${name}`} onClick={() => ui.openDialog({ name: 'profile', id })}>
        Edit…
      </Button>
      <ButtonMenu entries={entries}>
        <Button small variant="quiet" aria-label={`More for ${name}`}>
          …
        </Button>
      </ButtonMenu>
    </>
  )
  return (
    <SetupRow name={name} note={note} acts={acts}>
      <small dir="auto">
        <VisibleText text={profileFacts(profile, home)} />
      </small>
      {missing.length > 0 && (
        <small className="setup-missing">
          Missing here: <VisibleText text={missing.slice(0, 10).join(', ')} />
        </small>
      )}
      <UsedBy
        users={usedBy.map((one) => ({ ...one, kind: 'instance', note: one.changed ? 'profile changed' : null }))}
        onChanged={(instanceId) => ui.openDialog({ name: 'profile-changes', instanceId })}
      />
    </SetupRow>
  )
}

async function exportProfiles(one?: ShownProfile): Promise<void> {
  try {
    const file = await client.profiles.export(one ? { ids: [one.id] } : {})
    const name = one ? `${one.name.replaceAll(/[^\p{L}\p{N}_-]+/gu, '-')}.profile.json` : 'bullpen-profiles.json'
    saveBlob(new Blob([JSON.stringify(file, null, 2)], { type: 'application/json' }), name)
  } catch (thrown) {
    toast(errorWords(thrown), 'warning')
  }
}
