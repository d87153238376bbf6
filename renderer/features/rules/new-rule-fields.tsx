import { useId, type KeyboardEvent, type ReactNode } from 'react'
import { usePool } from '../../state/pool-store.ts'
import { Field, type FieldProps } from '../../ui/field.tsx'
import { InstanceChoice } from './instance-choice.tsx'
import { McpToolFields } from './mcp-tool-fields.tsx'
import { fileDoings, ruleKinds, type NewRule, type RuleField, type RuleProblem } from './new-rule.ts'

type NewRuleFieldsProps = { rule: NewRule; change: (part: Partial<NewRule>) => void; problem: RuleProblem | null }
type Of = NewRuleFieldsProps & { of: (field: RuleField) => string | null }

/** What is asked for a rule: what it decides, about what, and where it holds. */
export function NewRuleFields(props: NewRuleFieldsProps) {
  const { rule, change, problem } = props
  const of = (field: RuleField) => (problem !== null && problem.field === field ? problem.message : null)
  return (
    <>
      <Decision rule={rule} change={change} />
      <Field label="Applies to">
        {(field) => <Choice {...field} value={rule.kind} choices={ruleKinds} onChange={(kind) => change({ kind })} />}
      </Field>
      <KindFields {...props} of={of} />
      <InstanceChoice value={rule.instanceId} onChange={(instanceId) => change({ instanceId })} problem={of('instanceId')} />
      <Field label="Note" problem={of('note')}>
        {(field) => (
          <input
            className="input"
            value={rule.note}
            maxLength={1_000}
            placeholder="Optional"
            dir="auto"
            onChange={(event) => change({ note: event.target.value })}
            {...field}
          />
        )}
      </Field>
    </>
  )
}

function Decision({ rule, change }: Pick<NewRuleFieldsProps, 'rule' | 'change'>) {
  const name = useId()
  return (
    <fieldset className="rule-decision">
      <legend>Claude’s calls are</legend>
      {(['allow', 'deny'] as const).map((decision) => (
        <label key={decision}>
          <input type="radio" name={name} checked={rule.decision === decision} onChange={() => change({ decision })} />
          {decision === 'allow' ? 'Allowed without asking' : 'Denied without asking'}
        </label>
      ))}
    </fieldset>
  )
}

function KindFields({ rule, change, of }: Of) {
  switch (rule.kind) {
    case 'command':
    case 'prefix':
      return (
        <>
          {rule.kind === 'command' && <Shell rule={rule} change={change} />}
          <Text
            label={rule.kind === 'command' ? 'Command' : 'First words of the command'}
            placeholder={rule.kind === 'command' ? 'npm test' : 'npm run'}
            problem={of('command')}
            value={rule.command}
            lines={rule.kind === 'command' ? Math.min(6, rule.command.split('\n').length) : undefined}
            onChange={(command) => change({ command })}
          />
          <Text
            label="Runs in"
            hint="Leave empty for any folder."
            placeholder="~/code/project"
            problem={of('runsIn')}
            value={rule.runsIn}
            folders
            onChange={(runsIn) => change({ runsIn })}
          />
        </>
      )
    case 'commands':
      return <Shell rule={rule} change={change} />
    case 'file':
    case 'folder': {
      const kind = rule.kind
      return (
        <>
          <Field label="Action">
            {(field) => <Choice {...field} value={rule.doing} choices={fileDoings} onChange={(doing) => change({ doing })} />}
          </Field>
          <Text
            label={kind === 'file' ? 'File' : 'Folder'}
            placeholder={kind === 'file' ? '~/code/project/package.json' : '~/code/project'}
            problem={of(kind)}
            value={rule[kind]}
            folders={kind === 'folder'}
            onChange={(value) => change({ [kind]: value })}
          />
        </>
      )
    }
    case 'site':
      return (
        <Text
          label="Host"
          hint="This host only. Subdomains still ask."
          placeholder="docs.python.org"
          problem={of('host')}
          value={rule.host}
          onChange={(host) => change({ host })}
        />
      )
    case 'mcp':
      return (
        <>
          <McpToolFields rule={rule} change={change} problem={of('server')} />
          <Arguments rule={rule} change={change} of={of} />
        </>
      )
    case 'tool':
      return (
        <>
          <Text
            label="Tool"
            hint="Its name, as Claude Code writes it."
            placeholder="WebSearch"
            problem={of('tool')}
            value={rule.tool}
            onChange={(tool) => change({ tool })}
          />
          <Arguments rule={rule} change={change} of={of} />
        </>
      )
    case 'everything':
      return null
  }
}

/** Only where there is more than one. */
function Shell({ rule, change }: Pick<NewRuleFieldsProps, 'rule' | 'change'>) {
  const isWindows = usePool((state) => state.health?.platform.separator === '\\')
  if (!isWindows) return null
  const choices = [
    { value: 'Bash', label: 'Bash' },
    { value: 'PowerShell', label: 'PowerShell' },
  ] as const
  return (
    <Field label="Shell">
      {(field) => <Choice {...field} value={rule.shell} choices={choices} onChange={(shell) => change({ shell })} />}
    </Field>
  )
}

function Arguments({ rule, change, of }: Omit<Of, 'problem'>) {
  const choices = [
    { value: 'any', label: 'Any arguments' },
    { value: 'exact', label: 'Exactly these arguments' },
  ] as const
  return (
    <>
      <Field label="With">
        {(field) => (
          <Choice
            {...field}
            value={rule.anyArguments ? 'any' : 'exact'}
            choices={choices}
            onChange={(value) => change({ anyArguments: value === 'any' })}
          />
        )}
      </Field>
      {!rule.anyArguments && (
        <Text
          label="Arguments"
          placeholder='{"id": 3}'
          problem={of('input')}
          value={rule.input}
          lines={4}
          onChange={(input) => change({ input })}
        />
      )}
    </>
  )
}

type TextProps = Pick<FieldProps, 'label' | 'hint' | 'problem'> & {
  value: string
  placeholder: string
  /** More than one: a field of that many lines. */
  lines?: number | undefined
  /** The folders of instances are offered. */
  folders?: boolean
  onChange: (value: string) => void
}

function Text({ label, hint, problem, value, placeholder, lines, folders = false, onChange }: TextProps) {
  const listId = useId()
  const shared = { className: 'input rule-code', value, placeholder, spellCheck: false, autoComplete: 'off', dir: 'ltr' as const }
  return (
    <Field label={label} hint={hint} problem={problem}>
      {(field) =>
        lines === undefined ? (
          <>
            <input {...shared} {...field} list={folders ? listId : undefined} onChange={(event) => onChange(event.target.value)} />
            {folders && <InstanceFolders id={listId} />}
          </>
        ) : (
          <textarea {...shared} {...field} rows={lines} onChange={(event) => onChange(event.target.value)} onKeyDown={sendWithMod} />
        )
      }
    </Field>
  )
}

/** Enter is a line of its own here. */
function sendWithMod(event: KeyboardEvent<HTMLTextAreaElement>): void {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
  event.preventDefault()
  event.currentTarget.form?.requestSubmit()
}

const mostFolders = 50

function InstanceFolders({ id }: { id: string }) {
  const instances = usePool((state) => state.instances)
  const folders = [...new Set([...instances.values()].map(({ cwd }) => cwd))].slice(0, mostFolders)
  return (
    <datalist id={id}>
      {folders.map((folder) => (
        <option key={folder} value={folder}>
          {folder}
        </option>
      ))}
    </datalist>
  )
}

type ChoiceProps<T extends string> = {
  value: T
  choices: readonly { value: T; label: ReactNode }[]
  onChange: (value: T) => void
  id: string
  'aria-describedby': string
  'aria-invalid': boolean
}

function Choice<T extends string>({ value, choices, onChange, ...rest }: ChoiceProps<T>) {
  return (
    <select
      className="input"
      value={value}
      onChange={(event) => {
        const chosen = choices.find((one) => one.value === event.target.value)
        if (chosen) onChange(chosen.value)
      }}
      {...rest}
    >
      {choices.map((one) => (
        <option key={one.value} value={one.value}>
          {one.label}
        </option>
      ))}
    </select>
  )
}
