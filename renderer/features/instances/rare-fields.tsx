import { Field } from '../../ui/field.tsx'
import { Switch } from '../../ui/switch.tsx'
import { fieldLabels, type FormField, type InstanceForm } from './instance-form.ts'

type Lines = 'allowedTools' | 'disallowedTools' | 'addDirs' | 'env' | 'mcpServers' | 'systemPrompt'

export type RareFieldsProps = {
  form: InstanceForm
  change: (part: Partial<InstanceForm>) => void
  /** What is wrong with a field, or null. */
  of: (field: FormField) => string | null
}

/** What few people need. */
export function RareFields({ form, change, of }: RareFieldsProps) {
  const lines = (field: Lines, hint: string, placeholder?: string) => (
    <Field label={fieldLabels[field]} hint={hint} problem={of(field)}>
      {(props) => (
        <textarea
          className="input input-code"
          rows={2}
          spellCheck={false}
          value={form[field]}
          placeholder={placeholder}
          onChange={(event) => change({ [field]: event.target.value })}
          {...props}
        />
      )}
    </Field>
  )
  return (
    <>
      <div className="field-pair">
        {lines('allowedTools', 'One per line. Run without asking.', 'Read\nBash(npm test:*)')}
        {lines('disallowedTools', 'One per line. Never run.', 'WebFetch')}
      </div>
      {lines('addDirs', 'One per line. Claude can read and edit these too.', '~/code/shared')}
      {lines(
        'env',
        'One NAME=value per line, for Claude and its tools. Stored as plain text: don’t put secrets here.',
        'API_BASE=http://localhost:3000',
      )}
      {lines('mcpServers', 'JSON, as in Claude Code’s configuration.', '{ "files": { "command": "npx", "args": ["-y", "server"] } }')}
      {lines('systemPrompt', 'Replaces Claude Code’s system prompt. Advanced.')}
      <Field
        label={fieldLabels.turnTimeoutSeconds}
        hint="In seconds. Longer turns are stopped. Leave empty for no limit."
        problem={of('turnTimeoutSeconds')}
      >
        {(props) => (
          <input
            className="input figure form-short"
            inputMode="numeric"
            value={form.turnTimeoutSeconds}
            onChange={(event) => change({ turnTimeoutSeconds: event.target.value })}
            {...props}
          />
        )}
      </Field>
      <div className="switch-row">
        <Switch id="pinned" checked={form.pinned} onChange={(pinned) => change({ pinned })} />
        <label htmlFor="pinned">Pinned: never parked to save memory</label>
      </div>
    </>
  )
}
