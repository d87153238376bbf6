import { usePool } from '../../state/pool-store.ts'
import { Field } from '../../ui/field.tsx'

type InstanceChoiceProps = {
  /** Empty: all of them. */
  value: string
  onChange: (value: string) => void
  problem: string | null
  /** The one instance that can be chosen; absent: each can. */
  only?: string | undefined
}

/** Whose calls a rule is about. */
export function InstanceChoice({ value, onChange, problem, only }: InstanceChoiceProps) {
  const instances = usePool((state) => state.instances)
  const shown = [...instances.values()].filter(({ id }) => only === undefined || id === only || id === value)
  return (
    <Field label="Instances" problem={problem}>
      {(props) => (
        <select className="input" value={value} onChange={(event) => onChange(event.target.value)} {...props}>
          <option value="">All instances</option>
          {shown.map(({ id, name }) => (
            <option key={id} value={id}>
              Only {name}
            </option>
          ))}
          {value !== '' && !instances.has(value) && <option value={value}>Removed instance</option>}
        </select>
      )}
    </Field>
  )
}
