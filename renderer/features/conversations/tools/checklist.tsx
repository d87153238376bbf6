import { useState } from 'react'
import { Circle, CircleCheck, CircleDot } from 'lucide-react'
import { PlainText } from '../../../markdown/plain-text.tsx'
import type { Todo } from '../../../tools/tool-summary.ts'
import { boundMarks } from '../../../words/bound-marks.ts'

const firstTodos = 200
/** A longer one is shown from its beginning. */
const longestTodo = 2_000
const todoIcons = { open: Circle, doing: CircleDot, done: CircleCheck } as const
const todoWords = { open: 'Open', doing: 'In progress', done: 'Done' } as const

/** Entries of a to-do list with how far each is. */
export function Checklist({ todos }: { todos: readonly Todo[] }) {
  const [shown, setShown] = useState(firstTodos)
  return (
    <ul className="checklist">
      {todos.slice(0, shown).map((todo, place) => {
        const Icon = todoIcons[todo.state]
        return (
          <li key={place} data-state={todo.state}>
            <Icon size={14} strokeWidth={1.75} aria-hidden />
            <span className="sr-only">{todoWords[todo.state]}:</span>
            {todo.text.length > longestTodo ? <PlainText text={todo.text} /> : boundMarks(todo.text)}
          </li>
        )
      })}
      {todos.length > shown && (
        <li className="some-items-rest">
          … {(todos.length - shown).toLocaleString('en-US')} more{' '}
          <button type="button" onClick={() => setShown(shown + firstTodos)}>
            Show more
          </button>
        </li>
      )}
    </ul>
  )
}
