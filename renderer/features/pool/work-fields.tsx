import { useId, useState } from 'react'
import { usePool } from '../../state/pool-store.ts'
import { toast } from '../../state/toasts.ts'
import { Field } from '../../ui/field.tsx'
import type { BatchSplit } from './batch.ts'
import type { WorkOptions } from './work-options.ts'

const splits: readonly { value: BatchSplit; label: string }[] = [
  { value: 'auto', label: 'Automatically' },
  { value: 'lines', label: 'By line' },
  { value: 'blocks', label: 'By paragraph' },
  { value: 'one', label: 'Don’t split' },
]
/** As much as the core takes at once. */
const mostBytes = 100_000_000

export type WorkFieldsProps = { options: WorkOptions; onChange: (options: WorkOptions) => void; onFile: (text: string) => void }

/** What can be said about work beside its text; put away until it is wanted. */
export function WorkFields({ options, onChange, onFile }: WorkFieldsProps) {
  const set = (change: Partial<WorkOptions>) => onChange({ ...options, ...change })
  return (
    <details className="pool-more">
      <summary>Labels, priority, deadline, a file of prompts</summary>
      <div className="pool-options">
        <LabelsField value={options.labels} onChange={(labels) => set({ labels })} />
        <Field label="From (source)" hint="With a target: goes to the instance that knows this pair">
          {(control) => (
            <input {...control} className="input" value={options.source} onChange={(event) => set({ source: event.target.value })} />
          )}
        </Field>
        <Field label="To (target)">
          {(control) => (
            <input {...control} className="input" value={options.target} onChange={(event) => set({ target: event.target.value })} />
          )}
        </Field>
        <Field label="Priority, 0 to 9" hint="Higher goes first">
          {(control) => (
            <input
              {...control}
              className="input figure"
              type="number"
              min={0}
              max={9}
              value={options.priority}
              onChange={(event) => set({ priority: Math.min(9, Math.max(0, Math.round(Number(event.target.value)))) })}
            />
          )}
        </Field>
        <Field label="Deadline, minutes" hint="Drop tasks not done by then">
          {(control) => (
            <input
              {...control}
              className="input figure"
              inputMode="decimal"
              placeholder="None"
              value={options.deadlineMinutes}
              onChange={(event) => set({ deadlineMinutes: event.target.value })}
            />
          )}
        </Field>
        <Field label="Retries" hint="After temporary failures, with back-off">
          {(control) => (
            <input
              {...control}
              className="input figure"
              inputMode="numeric"
              value={options.retries}
              onChange={(event) => set({ retries: event.target.value })}
            />
          )}
        </Field>
        <Field label="Split into tasks">
          {(control) => (
            <select {...control} className="input" value={options.split} onChange={(event) => set({ split: splitOf(event.target.value) })}>
              {splits.map(({ value, label }) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </select>
          )}
        </Field>
        <FileField onFile={onFile} />
      </div>
    </details>
  )
}

function LabelsField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const listId = useId()
  const instances = usePool((state) => state.instances)
  const known = [...new Set([...instances.values()].flatMap(({ tags }) => tags))].toSorted((a, b) => a.localeCompare(b))
  return (
    <Field label="Instance labels" hint={known.length === 0 ? 'No instance has a label yet' : 'Only instances that have all of these'}>
      {(control) => (
        <>
          <input
            {...control}
            className="input"
            list={listId}
            placeholder="Any instance"
            value={value}
            onChange={(event) => onChange(event.target.value)}
          />
          <datalist id={listId}>
            {known.map((label) => (
              <option key={label} value={label}>
                {label}
              </option>
            ))}
          </datalist>
        </>
      )}
    </Field>
  )
}

function FileField({ onFile }: Pick<WorkFieldsProps, 'onFile'>) {
  const [name, setName] = useState<string | null>(null)
  const take = async (file: File | undefined) => {
    if (!file) return
    if (file.size > mostBytes) return toast('This file is larger than 100 MB. Split it into smaller ones.', 'error')
    onFile(await file.text())
    setName(file.name)
  }
  return (
    <Field label="Prompts from a file" hint={name === null ? 'A text file; its content is inserted above' : `Read: ${name}`}>
      {(control) => (
        <input
          {...control}
          className="input"
          type="file"
          accept="text/*,.md,.txt,.csv,.jsonl"
          onChange={(event) => void take(event.target.files?.[0])}
        />
      )}
    </Field>
  )
}

function splitOf(value: string): BatchSplit {
  return splits.find((one) => one.value === value)?.value ?? 'auto'
}
