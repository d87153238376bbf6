import { useId, useMemo } from 'react'
import type { FormField, FormOption } from '../../../shared/domain/elicitation-form.ts'
import { Field } from '../../ui/field.tsx'
import { BoundedText } from '../../tools/bounded-text.tsx'
import { visibleText } from '../../ui/visible-characters.ts'
import { SomeItems } from '../../ui/some-items.tsx'
import { clippedWords } from '../../words/clip-text.ts'
import type { FormValue } from './form-values.ts'
import { ProposedText, proposedText } from './proposed-text.tsx'

const firstOptions = 60
/** More options than a list that folds out can hold stand below each other. */
const mostInList = 40
const longestOption = 120
const firstOfLabel = { lines: 4, characters: 400 }
const longestLabel = 200
const longestValue = 20_000
const longestHint = 1_000

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
      {options !== null && (type === 'array' || options.length > mostInList) ? (
        <Choices field={field} options={options} value={value} problem={problem} onChange={onChange} />
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
  const proposed = useMemo(() => proposedText(field), [field])
  return (
    <Field label={labelOf(field)} hint={hint} problem={problem === null ? null : visibleText(clippedWords(problem, longestHint))}>
      {(props) => {
        if (type === 'boolean')
          return <input type="checkbox" checked={value === true} onChange={(event) => onChange(event.target.checked)} {...props} />
        if (proposed !== null) return <ProposedText text={proposed} value={text} label={labelOf(field)} onChange={onChange} props={props} />
        if (type === 'array')
          return <textarea className="input" rows={3} value={text} onChange={(event) => onChange(event.target.value)} {...props} />
        if (options === null)
          return (
            <input
              className="input"
              dir="auto"
              step={type === 'integer' ? 1 : 'any'}
              maxLength={longestValue}
              type={inputType(field)}
              value={text}
              onChange={(event) => onChange(event.target.value)}
              {...props}
            />
          )
        return (
          <select className="input" value={text} onChange={(event) => onChange(event.target.value)} {...props}>
            {(!required || !options.some((option) => option.value === text)) && <option value="">Choose…</option>}
            {options.map((option) => (
              <option key={option.value} value={option.value}>
                {visibleText(clippedWords(option.label, longestOption))}
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
  value: FormValue
  problem: string | null
  onChange: (value: FormValue) => void
}

/** Any number of what is offered, or one of many. */
function Choices({ field, options, value, problem, onChange }: ChoicesProps) {
  const wordsId = useId()
  const name = useId()
  const isMany = field.type === 'array'
  const chosen = typeof value === 'object' ? value : [String(value)]
  const choose = (option: string, isOn: boolean) => {
    if (!isMany) onChange(option)
    else onChange(isOn ? [...chosen, option] : chosen.filter((one) => one !== option))
  }
  return (
    <fieldset className="question field" aria-describedby={wordsId} aria-invalid={problem !== null}>
      <legend className="field-label" dir="auto">
        {labelOf(field)}
      </legend>
      <SomeItems items={options} first={firstOptions} name="options">
        {(option) => (
          <label key={option.value} className="question-option" data-chosen={chosen.includes(option.value)}>
            <input
              type={isMany ? 'checkbox' : 'radio'}
              name={name}
              checked={chosen.includes(option.value)}
              onChange={(event) => choose(option.value, event.target.checked)}
            />
            <span className="question-label" dir="auto">
              <BoundedText text={option.label} first={firstOfLabel} />
            </span>
          </label>
        )}
      </SomeItems>
      <div id={wordsId}>
        {problem ? (
          <p className="field-problem">{visibleText(clippedWords(problem, longestHint))}</p>
        ) : (
          field.description !== undefined && <p className="field-hint">{hintOf(field)}</p>
        )}
      </div>
    </fieldset>
  )
}

function labelOf({ label, required }: FormField): string {
  const words = visibleText(clippedWords(label, longestLabel))
  return required ? words : `${words} (optional)`
}

function hintOf({ description }: FormField): string | undefined {
  return description === undefined ? undefined : visibleText(clippedWords(description, longestHint))
}

function inputType({ type, format }: FormField): string {
  if (type !== 'string') return 'number'
  if (format === 'date') return 'date'
  if (format === 'date-time') return 'datetime-local'
  return format === 'email' ? 'email' : format === 'uri' ? 'url' : 'text'
}
