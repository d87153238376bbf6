import type { Instance } from '../../../shared/domain/instance.ts'
import { clamped } from './range.ts'
import { metricsView, type CompareWith } from './metrics-store.ts'
import type { Selection } from './selection.ts'
import { TimeField } from './time-field.tsx'

export type CompareControlsProps = { compare: CompareWith; selection: Selection; instances: readonly Instance[] }

/** What stands beside what. */
export function CompareControls({ compare, selection, instances }: CompareControlsProps) {
  const [first, second] = instances
  const choose = (type: string) => {
    if (type === 'instances' && first) metricsView.compareWith({ type, left: first.id, right: (second ?? first).id })
    else if (type === 'span') metricsView.compareWith({ type, span: { ...otherSpan(selection) } })
    else metricsView.compareWith({ type: 'before' })
  }
  return (
    <div className="compare-controls">
      <label>
        Compare{' '}
        <select className="input chart-choice" value={compare.type} onChange={(event) => choose(event.target.value)}>
          <option value="before">this range with the previous one</option>
          <option value="span">this range with another</option>
          {first && <option value="instances">two instances</option>}
        </select>
      </label>
      {compare.type === 'span' && <OtherRange compare={compare} />}
      {compare.type === 'instances' && (
        <>
          <InstanceChoice
            label="Left"
            value={compare.left}
            instances={instances}
            onChange={(left) => metricsView.compareWith({ ...compare, left })}
          />
          <InstanceChoice
            label="Right"
            value={compare.right}
            instances={instances}
            onChange={(right) => metricsView.compareWith({ ...compare, right })}
          />
        </>
      )}
    </div>
  )
}

function otherSpan({ span }: Selection) {
  const week = 7 * 86_400_000
  return { from: span.from - week, to: span.to - week }
}

function OtherRange({ compare }: { compare: Extract<CompareWith, { type: 'span' }> }) {
  const { span } = compare
  const change = (part: Partial<typeof span>) => {
    metricsView.compareWith({ type: 'span', span: clamped({ ...span, ...part }, { from: 0, to: Number.MAX_SAFE_INTEGER }) })
  }
  return (
    <>
      <TimeField label="from" value={span.from} onChange={(from) => change({ from })} />
      <TimeField label="to" value={span.to} onChange={(to) => change({ to })} />
    </>
  )
}

type InstanceChoiceProps = { label: string; value: string; instances: readonly Instance[]; onChange: (id: string) => void }

function InstanceChoice({ label, value, instances, onChange }: InstanceChoiceProps) {
  return (
    <select className="input chart-choice" aria-label={label} value={value} onChange={(event) => onChange(event.target.value)}>
      {instances.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  )
}
