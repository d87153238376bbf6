import { Field } from '../../ui/field.tsx'

const longestMessage = 200_000

type MessageFieldProps = { text: string; onChange: (text: string) => void; rows: number; hint?: string }

/** A message that is written or read over before it goes out. */
export function MessageField({ text, onChange, rows, hint }: MessageFieldProps) {
  return (
    <Field label="Message" {...(hint === undefined ? {} : { hint })}>
      {(props) => (
        <textarea
          {...props}
          className="input outgoing-message"
          rows={rows}
          maxLength={longestMessage}
          dir="auto"
          value={text}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}
