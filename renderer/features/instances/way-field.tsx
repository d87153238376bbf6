import { waySchema, type Way } from '../../../shared/domain/way.ts'
import { Field } from '../../ui/field.tsx'
import { wayChoices, type WayChoice } from '../../words/ways.ts'
import { fieldLabels } from './instance-form.ts'

export type WayFieldProps = {
  value: Way | ''
  problem?: string | null
  /** All of them when left out. */
  choices?: readonly WayChoice[]
  change: (value: Way | '') => void
}

/** The way of working, with a sentence about the one that is chosen. */
export function WayField({ value, problem = null, choices = wayChoices, change }: WayFieldProps) {
  return (
    <Field label={fieldLabels.way} hint={choices.find((choice) => choice.value === value)?.hint} problem={problem}>
      {(control) => <WaySelect control={control} value={value} choices={choices} change={change} />}
    </Field>
  )
}

type WaySelectProps = Pick<WayFieldProps, 'value' | 'choices' | 'change'> & {
  control: { id: string; 'aria-describedby'?: string | undefined }
}

export function WaySelect({ control, value, choices = wayChoices, change }: WaySelectProps) {
  return (
    <select className="input" value={value} onChange={(event) => change(waySchema.safeParse(event.target.value).data ?? '')} {...control}>
      {choices.map(({ value: way, label }) => (
        <option key={way} value={way}>
          {label}
        </option>
      ))}
    </select>
  )
}
