import { useState } from 'react'
import type { ShownProfile } from '../../../shared/domain/profile.ts'
import { client } from '../../connection/connection.ts'
import { usePool } from '../../state/pool-store.ts'
import { useSetup } from '../../state/setup-store.ts'
import { toast } from '../../state/toasts.ts'
import { ui } from '../../state/ui-store.ts'
import { Field } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { InstanceDialog } from './instance-dialog.tsx'
import { emptyForm, formOfProfile, freeName, wholeOf } from './instance-form.ts'

/** Makes or changes a profile; `like` is one to begin from. */
export function ProfileDialog({ id, like }: { id?: string | undefined; like?: string | undefined }) {
  const profiles = useSetup((state) => state.profiles) ?? []
  const [first] = useState(() => profiles.find((one) => one.id === id))
  const model = profiles.find((one) => one.id === like)
  const [note, setNote] = useState((first ?? model)?.note ?? '')
  if (id !== undefined && !first) return null
  const name = model
    ? freeName(
        model.name,
        profiles.map((one) => one.name),
      )
    : ''
  return (
    <InstanceDialog
      title={first ? `Edit ${first.name}` : 'New profile'}
      description={first ? editWords(first) : 'Make instances from saved settings in one click.'}
      action={first ? 'Save changes' : 'Save profile'}
      begin={first ? formOfProfile(first) : model ? { ...formOfProfile(model), name } : emptyForm}
      suggestName={null}
      effect={null}
      isProfile
      above={<NoteField value={note} change={setNote} />}
      save={async (config) => {
        const { pinned: _pinned, way: _way, tags: _tags, cwd, ...rest } = { ...wholeOf(config), pinned: false }
        const whole = { ...rest, cwd: cwd === '' ? null : cwd, note: note.trim() === '' ? null : note.trim() }
        if (first) await client.profiles.update({ id: first.id, ...whole })
        else await client.profiles.create(whole)
      }}
    />
  )
}

/** Saves what an instance is set to. */
export function SaveProfileDialog({ instanceId }: { instanceId: string }) {
  const instance = usePool((state) => state.instances.get(instanceId))
  const profiles = useSetup((state) => state.profiles) ?? []
  const [name, setName] = useState(() =>
    freeName(
      instance?.name ?? '',
      profiles.map((one) => one.name),
    ),
  )
  const [note, setNote] = useState('')
  const [keepsFolder, setKeepsFolder] = useState(true)
  if (!instance) return null
  const save = async () => {
    await client.profiles.create({
      instanceId,
      name,
      ...(note.trim() === '' ? {} : { note: note.trim() }),
      ...(keepsFolder ? {} : { cwd: null }),
    })
    toast(`Profile ${name.trim()} saved`, 'info', null, { label: 'Show', run: () => ui.go({ name: 'profiles' }) })
  }
  return (
    <FormDialog
      title={`Save ${instance.name} as profile`}
      description="New instances then start with the same settings."
      action="Save profile"
      ready={name.trim() !== ''}
      run={save}
    >
      <Field label="Name">
        {(props) => <input className="input" value={name} maxLength={60} onChange={(event) => setName(event.target.value)} {...props} />}
      </Field>
      <NoteField value={note} change={setNote} />
      <label className="choice">
        <input type="checkbox" checked={keepsFolder} onChange={(event) => setKeepsFolder(event.target.checked)} />
        Same folder each time
      </label>
    </FormDialog>
  )
}

/** Asks before a profile is removed, and says what stays. */
export function RemoveProfileDialog({ id }: { id: string }) {
  const [profile] = useState(() => useSetup.getState().profiles?.find((one) => one.id === id))
  if (!profile) return null
  const used = profile.usedBy.length
  const words =
    used === 0 ? 'Nothing else uses it.' : `${used === 1 ? 'The instance' : `The ${used} instances`} made from it stay as they are.`
  return (
    <FormDialog title={`Remove ${profile.name}?`} action="Remove profile" danger run={() => client.profiles.remove({ id })}>
      <p>{words}</p>
    </FormDialog>
  )
}

function NoteField({ value, change }: { value: string; change: (value: string) => void }) {
  return (
    <Field label="Description" hint="Optional.">
      {(props) => <input className="input" value={value} maxLength={1_000} onChange={(event) => change(event.target.value)} {...props} />}
    </Field>
  )
}

function editWords({ usedBy }: ShownProfile): string {
  return usedBy.length === 0
    ? 'For instances you make from now on.'
    : 'Existing instances stay as they are; each offers to apply the change.'
}
