import type { RuleDraft } from '../../../shared/domain/rule.ts'
import { commandTools } from '../../../shared/domain/rule-words.ts'
import { FieldsView } from '../../tools/fields-view.tsx'
import { Field } from '../../ui/field.tsx'
import { InstanceChoice } from './instance-choice.tsx'
import './rules.css'

type RuleFieldsProps = {
  draft: RuleDraft
  change: (part: Partial<RuleDraft>) => void
  /** What is wrong, and with which field; null: nothing. */
  problem: { field: string | null; message: string } | null
  /** The instance that the call was made by, where there is one. */
  instanceId?: string | undefined
}

const patternLabels: Partial<Record<NonNullable<RuleDraft['match']>, string>> = {
  exact: 'Command',
  prefix: 'First words of the command',
  file: 'File',
  site: 'Host',
}

/** What of a rule can be changed, by its kind. */
export function RuleFields({ draft, change, problem, instanceId }: RuleFieldsProps) {
  const of = (field: string) => (problem?.field === field ? problem.message : null)
  const { match = 'exact', pattern, folder, input, tool } = draft
  const hasFolder = match === 'folder' || (commandTools.has(tool) && match !== 'tool')
  return (
    <div className="rule-fields">
      {pattern !== undefined && (
        <Field label={patternLabels[match] ?? 'Pattern'} problem={of('pattern')}>
          {(props) => (
            <textarea
              className="input rule-code"
              rows={Math.min(6, pattern.split('\n').length)}
              value={pattern}
              spellCheck={false}
              dir="ltr"
              onChange={(event) => change({ pattern: event.target.value })}
              {...props}
            />
          )}
        </Field>
      )}
      {hasFolder && (
        <Field
          label={match === 'folder' ? 'Folder' : 'Runs in'}
          hint={match === 'folder' ? undefined : 'Leave empty for any folder.'}
          problem={of('folder')}
        >
          {(props) => (
            <input
              className="input rule-code"
              value={folder ?? ''}
              spellCheck={false}
              dir="ltr"
              onChange={(event) => change({ folder: event.target.value === '' ? undefined : event.target.value })}
              {...props}
            />
          )}
        </Field>
      )}
      {input !== undefined && match === 'exact' && Object.keys(input).length > 0 && (
        <div className="field">
          <span className="field-name">{commandTools.has(tool) ? 'With' : 'Arguments'}</span>
          <FieldsView value={input} label="Arguments" />
        </div>
      )}
      <InstanceChoice
        value={draft.instanceId ?? ''}
        onChange={(id) => change({ instanceId: id === '' ? undefined : id })}
        problem={of('instanceId')}
        only={instanceId}
      />
      <Field label="Note" problem={of('note')}>
        {(props) => (
          <input
            className="input"
            value={draft.note ?? ''}
            maxLength={1_000}
            placeholder="Optional"
            onChange={(event) => change({ note: event.target.value === '' ? undefined : event.target.value })}
            {...props}
          />
        )}
      </Field>
    </div>
  )
}
