import { Field } from '../../ui/field.tsx'

type NumberFieldProps = {
  label: string
  hint?: string
  value: number
  min: number
  max: number
  step?: 1 | 'any'
  onChange: (value: number) => void
}

/** A number within bounds, a whole one unless `step` says otherwise; the browser says what is wrong with another one before the form is sent. */
export function NumberField({ label, hint, value, min, max, step = 1, onChange }: NumberFieldProps) {
  return (
    <Field label={label} hint={hint}>
      {(props) => (
        <input
          className="input figure"
          type="number"
          required
          min={min}
          max={max}
          step={step}
          value={Number.isNaN(value) ? '' : value}
          onChange={(event) => onChange(event.target.valueAsNumber)}
          {...props}
        />
      )}
    </Field>
  )
}
