import { useState, type FormEvent } from 'react'
import type { Budget } from '../../../shared/domain/metrics.ts'
import { usePool } from '../../state/pool-store.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { budgetOf, draftOf, emptyDraft, type BudgetDraft } from './budget-words.ts'

/** One with `off` cannot be chosen: it only says something. */
type Option = readonly [value: string, label: string, off?: boolean]

const scopes: readonly Option[] = [
  ['all', 'Everything'],
  ['instance', 'Instances'],
  ['conversation', 'Conversations'],
]
const periods: readonly Option[] = [
  ['day', 'a day'],
  ['month', 'a month'],
  ['always', 'total'],
]
const actions: readonly Option[] = [
  ['warn', 'warn'],
  ['stop', 'block new turns'],
]

export type BudgetFormProps = {
  /** The one that is changed; null for a new one. */
  budget: Budget | null
  onSave: (budget: Budget) => void
  onCancel: () => void
}

/** A new budget, or a change of one. */
export function BudgetForm({ budget, onSave, onCancel }: BudgetFormProps) {
  const [draft, setDraft] = useState<BudgetDraft>(() => (budget ? draftOf(budget) : emptyDraft))
  const [problem, setProblem] = useState<string | null>(null)
  const targets = useTargets(draft.scope)
  const change = (part: Partial<BudgetDraft>) => setDraft({ ...draft, ...part })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const made = budgetOf(draft, budget?.id)
    if (typeof made === 'string') setProblem(made)
    else onSave(made)
  }
  return (
    <form className="budget-form" onSubmit={submit}>
      <Choice label="For" value={draft.scope} options={scopes} onChange={(scope) => change({ scope, targetId: '' })} />
      {draft.scope !== 'all' && (
        <Choice label="Which" value={draft.targetId} options={targets} onChange={(targetId) => change({ targetId })} />
      )}
      <Field label="Amount (USD)" problem={problem}>
        {(props) => (
          <input
            {...props}
            className="input figure"
            inputMode="decimal"
            value={draft.limit}
            onChange={(event) => change({ limit: event.target.value })}
          />
        )}
      </Field>
      <Choice label="Period" value={draft.period} options={periods} onChange={(period) => change({ period })} />
      <Choice label="Action" value={draft.action} options={actions} onChange={(action) => change({ action })} />
      <div className="budget-buttons">
        <Button type="submit" variant="primary" small>
          {budget ? 'Save budget' : 'Add budget'}
        </Button>
        <Button small variant="quiet" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  )
}

function useTargets(scope: string): Option[] {
  const instances = usePool((state) => state.instances)
  const conversations = usePool((state) => state.conversations)
  const isCut = usePool((state) => state.olderConversations !== null)
  const each: Option = ['', 'Each of them']
  if (scope === 'instance') return [each, ...[...instances.values()].map(({ id, name }): Option => [id, name])]
  const listed = [...conversations.values()].map(({ id, title }): Option => [id, title])
  return isCut
    ? [each, ...listed, ['older', `Only ${listed.length} are listed. Open an older one to see it here.`, true]]
    : [each, ...listed]
}

type ChoiceProps = { label: string; value: string; options: readonly Option[]; onChange: (value: string) => void }

function Choice({ label, value, options, onChange }: ChoiceProps) {
  return (
    <Field label={label}>
      {(props) => (
        <select {...props} className="input" value={value} onChange={(event) => onChange(event.target.value)}>
          {options.map(([one, words, off = false]) => (
            <option key={one} value={one} disabled={off}>
              {words}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}
