import { useState } from 'react'
import { topicNameSchema } from '../../../shared/domain/topic.ts'
import { client } from '../../connection/connection.ts'
import { addTopic, useTopics } from '../../state/topics-store.ts'
import { ui } from '../../state/ui-store.ts'
import { Field } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { NumberField } from './number-field.tsx'

const nameWords = 'Use lowercase letters, digits and “-”, up to 64 characters.'

/** A topic: a new one, or how one is set. */
export function TopicDialog({ name: known }: { name?: string | undefined }) {
  const [before] = useState(() => (known === undefined ? undefined : useTopics.getState().topics?.get(known)))
  const [name, setName] = useState(known ?? '')
  const [description, setDescription] = useState(before?.description ?? '')
  const [mostWaiting, setMostWaiting] = useState(before?.mostWaiting ?? 10_000)
  const [keepDays, setKeepDays] = useState(before?.keepDays ?? 7)
  const isName = topicNameSchema.safeParse(name).success
  const run = async () => {
    const rest = { description, mostWaiting, keepDays }
    if (known !== undefined) return addTopic(await client.topics.update({ name: known, ...rest }))
    addTopic(await client.topics.create({ name, ...rest }))
    return ui.go({ name: 'topics', id: name })
  }
  return (
    <FormDialog
      title={known === undefined ? 'New topic' : `Edit ${known}`}
      action={known === undefined ? 'Create topic' : 'Save changes'}
      ready={isName}
      run={run}
    >
      {known === undefined && (
        <Field label="Name" hint={nameWords} problem={name === '' || isName ? null : nameWords}>
          {(props) => <input className="input" value={name} maxLength={64} onChange={(event) => setName(event.target.value)} {...props} />}
        </Field>
      )}
      <Field label="Description">
        {(props) => (
          <input
            className="input"
            value={description}
            maxLength={1_000}
            onChange={(event) => setDescription(event.target.value)}
            {...props}
          />
        )}
      </Field>
      <div className="topic-pair">
        <NumberField
          label="Maximum waiting"
          hint="More are refused, and workers answering here wait."
          value={mostWaiting}
          min={1}
          max={100_000}
          onChange={setMostWaiting}
        />
        <NumberField label="Keep done messages (days)" value={keepDays} min={1} max={365} onChange={setKeepDays} />
      </div>
    </FormDialog>
  )
}
