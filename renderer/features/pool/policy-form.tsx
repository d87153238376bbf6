import { useId, useState, type ReactNode } from 'react'
import type { PoolPolicyPatch, PoolStatus } from '../../../shared/domain/pool.ts'
import { client } from '../../connection/connection.ts'
import { errorWords } from '../../words/error-words.ts'
import { usePool } from '../../state/pool-store.ts'
import { Switch } from '../../ui/switch.tsx'
import '../../ui/settings.css'
import { patchOfNumber, policyNumbers, shownNumber, strategies, strategyOf, type PolicyNumber } from './policy-text.ts'

/** How work finds an instance and what is done by itself. Each change acts at once. */
export function PolicyForm({ status: { policy } }: { status: PoolStatus }) {
  const strategy = strategies.find(({ value }) => value === policy.strategy)
  return (
    <section>
      <h2>Policy</h2>
      <Row title="Pause the queue" words="No new turns start. Running turns finish; new messages wait.">
        {(control, save) => <Switch {...control} checked={policy.paused} onChange={(paused) => void save({ paused })} />}
      </Row>
      <Row title="Assign unaddressed work to" words={strategy?.words ?? ''}>
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
      </Row>
      <Row title="Default instance" words="Fallback for unassigned work; template for new instances.">
        {(control, save) => <DefaultInstance control={control} value={policy.defaultInstanceId} save={save} />}
      </Row>
      {policyNumbers.map((number) => (
        <Row key={number.key} title={number.title} words={number.words}>
          {(control, save) => <NumberField control={control} number={number} value={shownNumber(policy, number)} save={save} />}
        </Row>
      ))}
    </section>
  )
}

type Control = { id: string; 'aria-describedby': string }
/** Answers what is wrong with the change, or null. */
type Save = (patch: PoolPolicyPatch | string) => Promise<void>

function Row({ title, words, children }: { title: string; words: string; children: (control: Control, save: Save) => ReactNode }) {
  const id = useId()
  const [problem, setProblem] = useState<string | null>(null)
  const save: Save = async (patch) => {
    if (typeof patch === 'string') return setProblem(patch)
    try {
      usePool.setState({ pool: await client.pool.update(patch) })
      setProblem(null)
    } catch (thrown) {
      setProblem(errorWords(thrown))
    }
    return undefined
  }
  return (
    <div className="setting">
      <div className="setting-words">
        <label htmlFor={id}>{title}</label>
        <p id={`${id}-words`}>{words}</p>
      </div>
      <div className="setting-control">
        {children({ id, 'aria-describedby': `${id}-words` }, save)}
        {problem !== null && (
          <p className="field-problem" role="alert">
            {problem}
          </p>
        )}
      </div>
    </div>
  )
}

function DefaultInstance({ control, value, save }: { control: Control; value: string | null; save: Save }) {
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

type NumberFieldProps = { control: Control; number: PolicyNumber; value: string; save: Save }

/** Saved when it is left or Enter is pressed. */
function NumberField({ control, number, value, save }: NumberFieldProps) {
  const [text, setText] = useState<string | null>(null)
  const commit = () => {
    const typed = text
    setText(null)
    if (typed !== null && typed.trim() !== value) void save(patchOfNumber(number, typed))
  }
  return (
    <input
      {...control}
      className="input figure"
      inputMode="decimal"
      placeholder={number.optional ? 'No limit' : ''}
      value={text ?? value}
      onChange={(event) => setText(event.target.value)}
      onBlur={commit}
      onKeyDown={(event) => event.key === 'Enter' && commit()}
    />
  )
}
