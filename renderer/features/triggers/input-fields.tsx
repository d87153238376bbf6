import type { RecipeEntry } from '../../../shared/domain/saved-recipe.ts'
import type { RecipeInput } from '../../../shared/domain/recipe.ts'
import { usePool } from '../../state/pool-store.ts'
import { Field } from '../../ui/field.tsx'
import { FolderField } from '../instances/folder-field.tsx'
import { inputHint, inputText, type TriggerForm } from './trigger-form.ts'

export type InputFieldsProps = {
  recipe: RecipeEntry | undefined
  inputs: TriggerForm['inputs']
  change: (inputs: TriggerForm['inputs']) => void
  of: (field: string) => string | null
}

/** What the recipe asks for before each run. */
export function InputFields({ recipe, inputs, change, of }: InputFieldsProps) {
  const fields = Object.entries(recipe?.inputs ?? {})
  // What the recipe does not know any more can only be taken away.
  const strays = recipe ? Object.keys(inputs).filter((name) => !Object.hasOwn(recipe.inputs, name)) : []
  if (fields.length === 0 && strays.length === 0) return null
  return (
    <fieldset className="trigger-inputs">
      <legend>Inputs</legend>
      <p className="field-hint">Texts may use what happened, such as {'{{ trigger.paths }}'}.</p>
      {fields.map(([name, input]) => (
        <InputField
          key={name}
          name={name}
          input={input}
          text={inputText(inputs[name])}
          problem={of(`inputs.${name}`)}
          onChange={(text) => change({ ...inputs, [name]: text })}
        />
      ))}
      {strays.map((name) => (
        <p key={name} className="trigger-stray">
          The recipe has no input “{name}”.{' '}
          <button
            type="button"
            className="trigger-link"
            onClick={() => change(Object.fromEntries(Object.entries(inputs).filter(([one]) => one !== name)))}
          >
            Remove it
          </button>
        </p>
      ))}
    </fieldset>
  )
}

type InputFieldProps = { name: string; input: RecipeInput; text: string; problem: string | null; onChange: (text: string) => void }

function InputField({ name, input, text, problem, onChange }: InputFieldProps) {
  const instances = usePool((state) => state.instances)
  const options = input.options ?? (input.type === 'boolean' ? ['true', 'false'] : null)
  return (
    <Field label={input.label ?? name} hint={inputHint(input)} problem={problem}>
      {(field) => {
        if (input.type === 'folder') return <FolderField value={text} onChange={onChange} {...field} />
        if (options) return <Choice text={text} options={options} onChange={onChange} field={field} />
        if (input.type === 'instance')
          return <Choice text={text} options={[...instances.values()].map((one) => one.name)} onChange={onChange} field={field} />
        if (input.type === 'number')
          return <input className="input" value={text} inputMode="decimal" onChange={(event) => onChange(event.target.value)} {...field} />
        return (
          <textarea
            className="input"
            rows={input.type === 'list' ? 3 : 2}
            placeholder={input.type === 'list' ? 'One per line' : undefined}
            value={text}
            onChange={(event) => onChange(event.target.value)}
            {...field}
          />
        )
      }}
    </Field>
  )
}

type ChoiceProps = { text: string; options: readonly string[]; onChange: (text: string) => void; field: object }

function Choice({ text, options, onChange, field }: ChoiceProps) {
  return (
    <select className="input" value={text} onChange={(event) => onChange(event.target.value)} {...field}>
      <option value="">–</option>
      {text !== '' && !options.includes(text) && <option value={text}>{text}</option>}
      {options.map((option) => (
        <option key={option} value={option}>
          {option}
        </option>
      ))}
    </select>
  )
}
