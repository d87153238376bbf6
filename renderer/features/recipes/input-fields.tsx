import type { RecipeInput } from '../../../shared/domain/recipe.ts'
import { usePool } from '../../state/pool-store.ts'
import { Field } from '../../ui/field.tsx'
import { FolderField } from '../instances/folder-field.tsx'
import type { FieldValues, Inputs } from './input-values.ts'

export type InputFieldsProps = {
  inputs: Inputs
  values: FieldValues
  /** By field: what has to be done about it. */
  problems: Readonly<Record<string, string>>
  onChange: (values: FieldValues) => void
}

/** A field for each input of a recipe, by its type. */
export function InputFields({ inputs, values, problems, onChange }: InputFieldsProps) {
  return Object.entries(inputs).map(([name, input]) => (
    <Field key={name} label={input.label ?? name} hint={input.description} problem={problems[name]}>
      {(control) => (
        <Control control={control} input={input} value={values[name] ?? ''} onChange={(value) => onChange({ ...values, [name]: value })} />
      )}
    </Field>
  ))
}

type ControlProps = {
  control: { id: string; 'aria-describedby': string; 'aria-invalid': boolean }
  input: RecipeInput
  value: string | boolean
  onChange: (value: string | boolean) => void
}

function Control({ control, input: { type, options }, value, onChange }: ControlProps) {
  if (typeof value === 'boolean')
    return (
      <input {...control} type="checkbox" className="recipe-check" checked={value} onChange={(event) => onChange(event.target.checked)} />
    )
  if (options) return <Choice control={control} value={value} choices={options} onChange={onChange} />
  if (type === 'folder') return <FolderField {...control} value={value} onChange={onChange} />
  if (type === 'instance') return <InstanceChoice control={control} value={value} onChange={onChange} />
  if (type === 'number')
    return (
      <input {...control} className="input figure" inputMode="decimal" value={value} onChange={(event) => onChange(event.target.value)} />
    )
  return (
    <textarea
      {...control}
      className="input recipe-words"
      rows={type === 'list' ? 3 : 2}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  )
}

type ChoiceProps = Pick<ControlProps, 'control' | 'onChange'> & { value: string }

function InstanceChoice(props: ChoiceProps) {
  const instances = usePool((state) => state.instances)
  return <Choice {...props} choices={[...instances.values()].map(({ name }) => name)} />
}

function Choice({ control, value, choices, onChange }: ChoiceProps & { choices: readonly string[] }) {
  return (
    <select {...control} className="input" value={value} onChange={(event) => onChange(event.target.value)}>
      {!choices.includes(value) && <option value={value}>{value === '' ? 'Choose…' : value}</option>}
      {choices.map((choice) => (
        <option key={choice} value={choice}>
          {choice}
        </option>
      ))}
    </select>
  )
}
