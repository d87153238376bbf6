import { useState } from 'react'
import { permissionModeSchema, type PermissionMode } from '../../../shared/domain/instance.ts'
import { Field } from '../../ui/field.tsx'
import { Switch } from '../../ui/switch.tsx'
import { FolderField } from './folder-field.tsx'
import type { FormProblem, InstanceForm } from './instance-form.ts'
import './instances.css'

export type InstanceFieldsProps = { form: InstanceForm; problem: FormProblem | null; change: (part: Partial<InstanceForm>) => void }

const modes: { value: PermissionMode; label: string; hint: string }[] = [
  { value: 'default', label: 'Ask before edits and commands', hint: 'You decide about each tool that changes something.' },
  { value: 'acceptEdits', label: 'Allow edits, ask before commands', hint: 'Files in the folder are changed without a question.' },
  { value: 'plan', label: 'Plan only', hint: 'Reads and proposes; changes nothing.' },
  { value: 'dontAsk', label: 'Refuse what is not allowed', hint: 'Never asks: what no rule allows is refused.' },
  {
    value: 'bypassPermissions',
    label: 'Allow everything',
    hint: 'Runs every command without a question. Use it only where nothing can be broken.',
  },
]
const rare: (keyof InstanceForm)[] = [
  'systemPrompt',
  'allowedTools',
  'disallowedTools',
  'addDirs',
  'env',
  'mcpServers',
  'turnTimeoutSeconds',
]

/** The fields of an instance: what everybody needs, and the rest under More. */
export function InstanceFields({ form, problem, change }: InstanceFieldsProps) {
  const hasRare = rare.some((field) => form[field] !== '')
  const [open, setOpen] = useState(hasRare)
  const of = (field: keyof InstanceForm) => (problem?.field === field ? problem.message : null)
  const mode = modes.find(({ value }) => value === form.permissionMode)
  const dangerous = form.permissionMode === 'bypassPermissions'
  return (
    <>
      <Field label="Folder" hint="Where it works. It sees and changes files here." problem={of('cwd')}>
        {(props) => <FolderField value={form.cwd} onChange={(cwd) => change({ cwd })} {...props} />}
      </Field>
      <Field label="Name" problem={of('name')}>
        {(props) => (
          <input className="input" value={form.name} maxLength={60} onChange={(event) => change({ name: event.target.value })} {...props} />
        )}
      </Field>
      <div className="field-pair">
        <Field label="Permissions" problem={dangerous ? mode?.hint : null} hint={mode?.hint}>
          {(props) => (
            <select
              className="input"
              value={form.permissionMode}
              onChange={(event) => change({ permissionMode: permissionModeSchema.parse(event.target.value) })}
              {...props}
            >
              {modes.map(({ value, label }) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label="Model" hint="opus, sonnet, haiku or a full name; empty: Claude Code's own choice." problem={of('model')}>
          {(props) => (
            <input
              className="input"
              list="models"
              value={form.model}
              placeholder="Default"
              spellCheck={false}
              onChange={(event) => change({ model: event.target.value })}
              {...props}
            />
          )}
        </Field>
        <datalist id="models" aria-label="Models">
          <option value="opus">Opus</option>
          <option value="sonnet">Sonnet</option>
          <option value="haiku">Haiku</option>
        </datalist>
      </div>
      <Field label="Instructions" hint="Added to Claude Code's system prompt." problem={of('appendSystemPrompt')}>
        {(props) => (
          <textarea
            className="input"
            rows={2}
            value={form.appendSystemPrompt}
            onChange={(event) => change({ appendSystemPrompt: event.target.value })}
            {...props}
          />
        )}
      </Field>
      <button type="button" className="more" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? 'Less' : 'More: tools, folders, environment, servers, limits'}
      </button>
      {open && <RareFields form={form} change={change} of={of} />}
    </>
  )
}

type RareFieldsProps = Pick<InstanceFieldsProps, 'form' | 'change'> & { of: (field: keyof InstanceForm) => string | null }

function RareFields({ form, change, of }: RareFieldsProps) {
  const lines = (
    field: 'allowedTools' | 'disallowedTools' | 'addDirs' | 'env' | 'mcpServers' | 'systemPrompt',
    label: string,
    hint: string,
    placeholder = '',
  ) => (
    <Field label={label} hint={hint} problem={of(field)}>
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
        {lines('allowedTools', 'Allowed tools', 'One a line; these run without a question.', 'Read\nBash(npm test:*)')}
        {lines('disallowedTools', 'Denied tools', 'One a line; these never run.', 'WebFetch')}
      </div>
      {lines('addDirs', 'More folders', 'One a line; it may read and change these too.')}
      {lines('env', 'Environment', 'One NAME=value a line, for Claude and its tools.', 'API_BASE=http://localhost:3000')}
      {lines(
        'mcpServers',
        'MCP servers',
        'JSON as in Claude Code’s own configuration.',
        '{ "files": { "command": "npx", "args": ["-y", "server"] } }',
      )}
      {lines('systemPrompt', 'System prompt', 'Takes the place of Claude Code’s own. Leave it empty unless you know why.')}
      <Field label="Longest turn" hint="In seconds; a turn that works longer is ended. Empty: no limit." problem={of('turnTimeoutSeconds')}>
        {(props) => (
          <input
            className="input figure"
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
