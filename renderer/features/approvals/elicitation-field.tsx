import { useId } from 'react'
import type { FormField, FormOption } from '../../../shared/domain/elicitation-form.ts'
import { Field } from '../../ui/field.tsx'
import { BoundedText } from '../../tools/bounded-text.tsx'
import { SomeItems } from '../../ui/some-items.tsx'
import { clippedWords } from '../../words/clip-text.ts'
import type { FormValue } from './elicitation-form.ts'

const firstOptions = 60
const firstOfLabel = { lines: 8, characters: 1_000 }
const longestLabel = 200
const longestHint = 2_000

export type ElicitationFieldProps = {
  field: FormField
  value: FormValue
  problem: string | null
  onChange: (value: FormValue) => void
}

/** A field of a form of an MCP server, with the control that fits what is asked. */
export function ElicitationField({ field, value, problem, onChange }: ElicitationFieldProps) {
  const { type, options } = field
  return (
    <div className="elicitation-field">
      {type === 'array' && options !== null ? (
        <Choices field={field} options={options} chosen={typeof value === 'object' ? value : []} problem={problem} onChange={onChange} />
      ) : (
        <Single field={field} value={value} problem={problem} onChange={onChange} />
      )}
    </div>
  )
}

function Single({ field, value, problem, onChange }: ElicitationFieldProps) {
  const { type, options, required } = field
  const description = hintOf(field)
  const text = typeof value === 'string' ? value : ''
  const hint = type === 'array' ? [description, 'One per line.'].filter(Boolean).join(' ') : description
  return (
    <Field label={labelOf(field)} hint={hint} problem={problem}>
      {(props) => {
        if (type === 'boolean')
          return <input type="checkbox" checked={value === true} onChange={(event) => onChange(event.target.checked)} {...props} />
        if (type === 'array')
          return <textarea className="input" rows={3} value={text} onChange={(event) => onChange(event.target.value)} {...props} />
        if (options === null)
          return (
            <input className="input" type={inputType(field)} value={text} onChange={(event) => onChange(event.target.value)} {...props} />
          )
        return (
          <select className="input" value={text} onChange={(event) => onChange(event.target.value)} {...props}>
            {(!required || !options.some((option) => option.value === text)) && <option value="">Choose…</option>}
            {options.map((option) => (
              <option key={option.value} value={option.value}>
                {option.label}
              </option>
            ))}
          </select>
        )
      }}
    </Field>
  )
}

type ChoicesProps = {
  field: FormField
  options: readonly FormOption[]
  chosen: readonly string[]
  problem: string | null
  onChange: (value: readonly string[]) => void
}

/** Any number of what is offered. */
function Choices({ field, options, chosen, problem, onChange }: ChoicesProps) {
  const wordsId = useId()
  return (
    <fieldset className="question field" aria-describedby={wordsId} aria-invalid={problem !== null}>
      <legend className="field-label" dir="auto">
        {labelOf(field)}
      </legend>
      <SomeItems items={options} first={firstOptions} name="options">
        {({ value, label }) => (
          <label key={value} className="question-option" data-chosen={chosen.includes(value)}>
            <input
              type="checkbox"
              checked={chosen.includes(value)}
              onChange={(event) => onChange(event.target.checked ? [...chosen, value] : chosen.filter((one) => one !== value))}
            />
            <span className="question-label" dir="auto">
              <BoundedText text={label} first={firstOfLabel} />
            </span>
          </label>
        )}
      </SomeItems>
      <div id={wordsId}>
        {problem ? (
          <p className="field-problem">{problem}</p>
        ) : (
          field.description !== undefined && <p className="field-hint">{hintOf(field)}</p>
        )}
      </div>
    </fieldset>
  )
}

function labelOf({ label, required }: FormField): string {
  const words = clippedWords(label, longestLabel)
  return required ? words : `${words} (optional)`
}

function hintOf({ description }: FormField): string | undefined {
  return description === undefined ? undefined : clippedWords(description, longestHint)
}

function inputType({ type, format }: FormField): string {
  if (type !== 'string') return 'number'
  if (format === 'date') return 'date'
  if (format === 'date-time') return 'datetime-local'
  return format === 'email' ? 'email' : format === 'uri' ? 'url' : 'text'
}
