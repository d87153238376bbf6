import type { ShownProfile } from '../../../shared/domain/profile.ts'
import { useSetup } from '../../state/setup-store.ts'
import { Field } from '../../ui/field.tsx'

type ProfileChoiceProps = {
  /** Its id; '' for none. */
  value: string
  change: (id: string, profile: ShownProfile | undefined) => void
}

/** Which profile an instance is made from; its settings then stand in the fields, and can be changed there. */
export function ProfileChoice({ value, change }: ProfileChoiceProps) {
  const profiles = useSetup((state) => state.profiles) ?? []
  if (profiles.length === 0) return null
  const chosen = profiles.find(({ id }) => id === value)
  const missing = chosen?.missing ?? []
  return (
    <Field
      label="Profile"
      hint={missing.length > 0 ? `Missing here: ${missing.join(', ')}.` : (chosen?.note ?? 'Fills in the settings below.')}
    >
      {(props) => (
        <select
          className="input"
          value={chosen ? value : ''}
          onChange={(event) =>
            change(
              event.target.value,
              profiles.find(({ id }) => id === event.target.value),
            )
          }
          {...props}
        >
          <option value="">None</option>
          {profiles.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}
