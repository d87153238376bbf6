import type { PoolStatus } from '../../../shared/domain/pool.ts'
import { usePool } from '../../state/pool-store.ts'
import { Switch } from '../../ui/switch.tsx'
import { PolicyRow, PolicyText, type PolicyControl, type SavePolicy } from './policy-row.tsx'
import { patchOfNumber, policyNumbers, shownNumber, strategies, strategyOf } from './policy-text.ts'

/** How work finds an instance and what is done by itself. Each change acts at once. */
export function PolicyForm({ status: { policy } }: { status: PoolStatus }) {
  const strategy = strategies.find(({ value }) => value === policy.strategy)
  return (
    <section>
      <h2>Policy</h2>
      <PolicyRow title="Pause the queue" words="No new turns start. Running turns finish; new messages wait.">
        {(control, save) => <Switch {...control} checked={policy.paused} onChange={(paused) => void save({ paused })} />}
      </PolicyRow>
      <PolicyRow title="Assign unaddressed work to" words={strategy?.words ?? ''}>
        {(control, save) => (
          <select
            {...control}
            className="input"
            value={policy.strategy}
            onChange={(event) => void save({ strategy: strategyOf(event.target.value) })}
          >
            {strategies.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        )}
      </PolicyRow>
      <PolicyRow title="Default instance" words="Fallback for unassigned work.">
        {(control, save) => <DefaultInstance control={control} value={policy.defaultInstanceId} save={save} />}
      </PolicyRow>
      {policyNumbers.map((number) => (
        <PolicyRow key={number.key} title={number.title} words={number.words}>
          {(control, save) => (
            <PolicyText
              control={control}
              value={shownNumber(policy, number)}
              placeholder={number.optional ? 'No limit' : ''}
              figure
              onSave={(typed) => void save(patchOfNumber(number, typed))}
            />
          )}
        </PolicyRow>
      ))}
    </section>
  )
}

function DefaultInstance({ control, value, save }: { control: PolicyControl; value: string | null; save: SavePolicy }) {
  const instances = usePool((state) => state.instances)
  return (
    <select
      {...control}
      className="input"
      value={value ?? ''}
      onChange={(event) => void save({ defaultInstanceId: event.target.value === '' ? null : event.target.value })}
    >
      <option value="">None</option>
      {[...instances.values()].map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  )
}
