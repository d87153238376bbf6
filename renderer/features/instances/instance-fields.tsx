import { TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { permissionModeSchema, type PermissionMode } from '../../../shared/domain/instance.ts'
import { Field } from '../../ui/field.tsx'
import { FolderField } from './folder-field.tsx'
import { fieldLabels, rareFields, type FormField, type FormProblem, type InstanceForm } from './instance-form.ts'
import { useLacksAuto } from '../../state/models-store.ts'
import { bypassWarning, permissionChoices } from '../../words/permission-modes.ts'
import { RareFields } from './rare-fields.tsx'
import './instances.css'

export type InstanceFieldsProps = {
  form: InstanceForm
  problem: FormProblem | null
  change: (part: Partial<InstanceForm>) => void
  /** Whether the fields that few need are shown. */
  more: boolean
  setMore: (more: boolean) => void
  /** Of a profile: a folder is not needed. */
  isProfile?: boolean | undefined
  /** What stands below the folder and the name. */
  place?: ReactNode
}

/** The fields of an instance: what everybody needs, and the rest under More. */
export function InstanceFields({ form, problem, change, more, setMore, isProfile, place }: InstanceFieldsProps) {
  const of = (field: FormField) => (problem?.field === field ? problem.message : null)
  const filled = rareFields.filter((field) => form[field] !== '' && form[field] !== false)
  return (
    <>
      <Field
        label={fieldLabels.cwd}
        hint={isProfile ? 'Leave empty to choose it each time.' : 'Claude reads and edits files here.'}
        problem={of('cwd')}
      >
        {(props) => <FolderField value={form.cwd} onChange={(cwd) => change({ cwd })} {...props} />}
      </Field>
      <Field label={fieldLabels.name} problem={of('name')}>
        {(props) => (
          <input
            className="input"
            value={form.name}
            autoComplete="off"
            onChange={(event) => change({ name: event.target.value })}
            {...props}
          />
        )}
      </Field>
      {place}
      <div className="field-pair">
        <PermissionField value={form.permissionMode} model={form.model} problem={of('permissionMode')} change={change} />
        <Field label={fieldLabels.model} hint="opus, sonnet, haiku or a full name. Leave empty for the default." problem={of('model')}>
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
        <datalist id="models">
          {['opus', 'sonnet', 'haiku'].map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </datalist>
      </div>
      {form.permissionMode === 'bypassPermissions' && (
        <output className="form-warning">
          <TriangleAlert size={15} strokeWidth={1.75} aria-hidden />
          {bypassWarning}
        </output>
      )}
      <Field label={fieldLabels.appendSystemPrompt} hint="Added to Claude Code’s system prompt." problem={of('appendSystemPrompt')}>
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
      <button type="button" className="more" aria-expanded={more} onClick={() => setMore(!more)}>
        {more ? 'Less' : 'More: tools, folders, environment, servers, limits'}
        {!more && filled.length > 0 && (
          <span className="more-filled"> · {filled.map((field) => fieldLabels[field].toLowerCase()).join(', ')} set</span>
        )}
      </button>
      {more && <RareFields form={form} change={change} of={of} isProfile={isProfile} />}
    </>
  )
}

type PermissionFieldProps = { value: PermissionMode | ''; model: string; problem: string | null; change: InstanceFieldsProps['change'] }

function PermissionField({ value, model, problem, change }: PermissionFieldProps) {
  const lacksAuto = useLacksAuto(model)
  const said = permissionChoices.find((choice) => choice.value === value)?.hint
  const hint = value === 'auto' && lacksAuto ? 'This model doesn’t have it.' : said
  return (
    <Field label={fieldLabels.permissionMode} hint={hint} problem={problem}>
      {(props) => (
        <select
          className="input"
          value={value}
          onChange={(event) => change({ permissionMode: permissionModeSchema.safeParse(event.target.value).data ?? '' })}
          {...props}
        >
          {permissionChoices.map((choice) => (
            <option key={choice.value} value={choice.value} disabled={choice.value === 'auto' && lacksAuto}>
              {choice.value === 'auto' && lacksAuto ? 'Auto: not available with this model' : choice.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}
