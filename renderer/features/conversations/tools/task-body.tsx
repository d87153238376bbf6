import { BoundedText } from '../../../tools/bounded-text.tsx'
import { FieldsView } from '../../../tools/fields-view.tsx'
import { tasksOf, type ListedTask } from '../../../tools/result-data.ts'
import { textOf, type Todo } from '../../../tools/tool-summary.ts'
import type { ToolView } from '../thread-row.ts'
import { Checklist } from './checklist.tsx'
import { ResultBody } from './result-body.tsx'

const firstOfWords = { lines: 12, characters: 1_200 }
const states = { pending: 'open', in_progress: 'doing', completed: 'done' } as const

/** What a call says of Claude's to-do list: the entry that is new, what changed in one, or all of it. */
export function TaskBody({ call }: { call: ToolView }) {
  const tasks = tasksOf(call.data)
  if (call.name === 'TaskCreate') {
    const description = textOf(call.input, 'description')
    return (
      <>
        {description !== null && (
          <p className="answered-question" dir="auto">
            <BoundedText text={description} first={firstOfWords} />
          </p>
        )}
        {call.state === 'failed' && <ResultBody call={call} />}
      </>
    )
  }
  if (call.name === 'TaskUpdate')
    return (
      <>
        <FieldsView value={call.input} label="Changes" />
        {call.state === 'failed' && <ResultBody call={call} />}
      </>
    )
  return tasks === null ? <ResultBody call={call} /> : <Checklist todos={tasks.map(asTodo)} />
}

function asTodo({ id, subject, status }: ListedTask): Todo {
  return { text: `#${id} ${subject}`, state: states[status] }
}
