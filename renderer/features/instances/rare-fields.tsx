import { Field } from '../../ui/field.tsx'
import { Switch } from '../../ui/switch.tsx'
import { effortSchema, type Effort } from '../../../shared/domain/claude-info.ts'
import { effortWords } from '../../words/live-words.ts'
import { fieldLabels, type FormField, type InstanceForm } from './instance-form.ts'
import { ClearEnv } from './clear-env.tsx'
import { SavedServerChoice } from './saved-server-choice.tsx'
import { WayField } from './way-field.tsx'

type Lines = 'allowedTools' | 'disallowedTools' | 'addDirs' | 'env' | 'mcpServers' | 'systemPrompt'

export type RareFieldsProps = {
  form: InstanceForm
  change: (part: Partial<InstanceForm>) => void
  /** What is wrong with a field, or null. */
  of: (field: FormField) => string | null
  /** Of a profile: what an instance alone has is left out. */
  isProfile?: boolean | undefined
}

/** What few people need. */
export function RareFields({ form, change, of, isProfile = false }: RareFieldsProps) {
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
      <EffortField value={form.effort} problem={of('effort')} change={(effort) => change({ effort })} />
      {lines('addDirs', 'One per line. Claude can read and edit these too.', '~/code/shared')}
      {lines(
        'env',
        'One NAME=value per line, for Claude and its tools. For secrets write ${secret:NAME} or ${env:NAME}.',
        'API_BASE=http://localhost:3000',
      )}
      <ClearEnv value={form.env} change={(env) => change({ env })} />
      <SavedServerChoice value={form.savedServers} change={(savedServers) => change({ savedServers })} problem={of('savedServers')} />
      {lines(
        'mcpServers',
        'JSON, as in Claude Code’s configuration. Only for this one.',
        '{ "files": { "command": "npx", "args": ["-y", "server"] } }',
      )}
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
      {isProfile || (
        <>
          <Field label={fieldLabels.tags} hint="Separate with commas. Work can ask for instances by label." problem={of('tags')}>
            {(props) => (
              <input
                className="input"
                placeholder="docs, reviewers"
                value={form.tags}
                onChange={(event) => change({ tags: event.target.value })}
                {...props}
              />
            )}
          </Field>
          <WayField value={form.way} problem={of('way')} change={(way) => change({ way })} />
          <div className="switch-row">
            <Switch id="pinned" checked={form.pinned} onChange={(pinned) => change({ pinned })} />
            <label htmlFor="pinned">Keep running: never parked to save memory</label>
          </div>
        </>
      )}
    </>
  )
}

type EffortFieldProps = { value: Effort | ''; problem: string | null; change: (value: Effort | '') => void }

function EffortField({ value, problem, change }: EffortFieldProps) {
  return (
    <Field label={fieldLabels.effort} hint="How hard the model thinks. Models without it ignore this." problem={problem}>
      {(props) => (
        <select
          className="input"
          value={value}
          onChange={(event) => change(effortSchema.safeParse(event.target.value).data ?? '')}
          {...props}
        >
          <option value="">The model’s default</option>
          {effortSchema.options.map((effort) => (
            <option key={effort} value={effort}>
              {effortWords(effort)}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}
