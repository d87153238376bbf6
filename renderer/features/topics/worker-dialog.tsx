import { useState } from 'react'
import { client } from '../../connection/connection.ts'
import { usePool } from '../../state/pool-store.ts'
import { addWorker, useTopics } from '../../state/topics-store.ts'
import { Field } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { NumberField } from './number-field.tsx'
import { configOf, formOf, patchOf, type WorkerForm } from './worker-form.ts'

/** A worker of a topic: a new one, or how one is set. */
export function WorkerDialog({ topic, id }: { topic: string; id?: string | undefined }) {
  const [before] = useState(() => (id === undefined ? undefined : useTopics.getState().workers.get(id)))
  const [form, setForm] = useState<WorkerForm>(() => formOf(before, usePool.getState().instances.keys().next().value ?? ''))
  const change = (part: Partial<WorkerForm>) => setForm({ ...form, ...part })
  const run = async () =>
    addWorker(id === undefined ? await client.workers.create(configOf(topic, form)) : await client.workers.update({ id, ...patchOf(form) }))
  return (
    <FormDialog
      title={id === undefined ? `New worker for ${topic}` : `Edit worker of ${topic}`}
      action={id === undefined ? 'Add worker' : 'Save changes'}
      ready={form.instanceId !== ''}
      run={run}
    >
      <InstanceField form={form} change={change} />
      <Field label="Prompt" hint="Leave empty to send the message as it is. {{ message.text }} and {{ message.data.… }} are filled in.">
        {(props) => (
          <textarea
            className="input topic-code"
            rows={4}
            placeholder="{{ message.text }}"
            spellCheck={false}
            value={form.prompt}
            maxLength={200_000}
            onChange={(event) => change({ prompt: event.target.value })}
            {...props}
          />
        )}
      </Field>
      <OutputField topic={topic} form={form} change={change} />
      <div className="topic-pair">
        <Field label="Conversations">
          {(props) => (
            <select
              className="input"
              value={form.context}
              onChange={(event) => change({ context: event.target.value === 'same' ? 'same' : 'fresh' })}
              {...props}
            >
              <option value="fresh">New one per message</option>
              <option value="same">One for all messages</option>
            </select>
          )}
        </Field>
        <NumberField
          label="Messages at once"
          hint="1 keeps their order."
          value={form.concurrency}
          min={1}
          max={20}
          onChange={(concurrency) => change({ concurrency })}
        />
      </div>
      <Failures form={form} change={change} />
    </FormDialog>
  )
}

type Part = { form: WorkerForm; change: (part: Partial<WorkerForm>) => void }

function InstanceField({ form, change }: Part) {
  const instances = usePool((state) => state.instances)
  const none = instances.size === 0
  return (
    <Field label="Instance" problem={none ? 'Create an instance first.' : null}>
      {(props) => (
        <select
          className="input"
          value={form.instanceId}
          disabled={none}
          onChange={(event) => change({ instanceId: event.target.value })}
          {...props}
        >
          {[...instances.values()].map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
          {!instances.has(form.instanceId) && <option value={form.instanceId}>{none ? 'No instances yet' : 'Removed instance'}</option>}
        </select>
      )}
    </Field>
  )
}

function OutputField({ topic, form, change }: Part & { topic: string }) {
  const topics = useTopics((state) => state.topics)
  const names = [...(topics?.keys() ?? [])].filter((name) => name !== topic)
  return (
    <Field label="Send answers to">
      {(props) => (
        <select className="input" value={form.output} onChange={(event) => change({ output: event.target.value })} {...props}>
          <option value="">Keep with the message</option>
          {names.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

function Failures({ form, change }: Part) {
  return (
    <div className="topic-pair">
      <NumberField label="Retries" value={form.retries} min={0} max={10} onChange={(retries) => change({ retries })} />
      <NumberField
        label="Retry delay (seconds)"
        hint="Grows with each retry."
        value={form.backoffSeconds}
        min={0}
        max={3_600}
        step="any"
        onChange={(backoffSeconds) => change({ backoffSeconds })}
      />
      <Field label="Turn timeout (seconds)">
        {(props) => (
          <input
            className="input figure"
            type="number"
            min={1}
            max={1_209_600}
            placeholder="None"
            value={form.timeoutSeconds}
            onChange={(event) => change({ timeoutSeconds: event.target.value })}
            {...props}
          />
        )}
      </Field>
    </div>
  )
}
