import { useState } from 'react'
import { z } from 'zod'
import { client } from '../../connection/connection.ts'
import { Field } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'

const dataSchema = z.record(z.string(), z.unknown())

/** Puts a message into a topic. */
export function PostDialog({ topic }: { topic: string }) {
  const [text, setText] = useState('')
  const [json, setJson] = useState('')
  const data = dataOf(json)
  const isData = json.trim() === '' || data !== null
  const run = () => client.topics.post({ name: topic, text, ...(data === null ? {} : { data }) })
  return (
    <FormDialog title={`Add message to ${topic}`} action="Add message" ready={text.trim() !== '' && isData} run={run}>
      <Field label="Message">
        {(props) => (
          <textarea
            className="input"
            rows={5}
            maxLength={1_000_000}
            dir="auto"
            value={text}
            onChange={(event) => setText(event.target.value)}
            {...props}
          />
        )}
      </Field>
      <Field
        label="Data (JSON)"
        hint="Optional. Prompts can use it as message.data."
        problem={isData ? null : 'Enter a JSON object, such as {"id": 1}.'}
      >
        {(props) => (
          <textarea
            className="input topic-code"
            rows={2}
            spellCheck={false}
            value={json}
            onChange={(event) => setJson(event.target.value)}
            {...props}
          />
        )}
      </Field>
    </FormDialog>
  )
}

function dataOf(json: string): Record<string, unknown> | null {
  try {
    return dataSchema.safeParse(JSON.parse(json)).data ?? null
  } catch {
    return null
  }
}
