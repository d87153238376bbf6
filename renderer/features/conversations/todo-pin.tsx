import { ChevronDown, Circle, CircleCheck, CircleDot, ListChecks } from 'lucide-react'
import { useId, useState } from 'react'
import type { Todo, TodoItem } from '../../../shared/domain/todo.ts'
import { SomeItems } from '../../ui/some-items.tsx'
import { boundMarks } from '../../words/bound-marks.ts'
import { clipText } from '../../words/clip-text.ts'
import './todo-pin.css'

const firstItems = 30
const one = { lines: 1, characters: 200 }
const opened = new Map<string, boolean>()
const mostOpened = 50

/** Claude's to-do list of a conversation: in one line how far it is and what is being done, all of it when asked for. */
export function TodoPin({ conversationId, todo }: { conversationId: string; todo: Todo }) {
  const [isOpen, setOpen] = useState(opened.get(conversationId) ?? false)
  const listId = useId()
  const { items, total, done } = todo
  const current = items.find(({ status }) => status === 'in_progress')
  const toggle = () => {
    remember(conversationId, !isOpen)
    setOpen(!isOpen)
  }
  return (
    <section className="todo-pin" aria-label="To-do list">
      <button type="button" className="todo-head" aria-expanded={isOpen} aria-controls={listId} onClick={toggle}>
        <ListChecks size={14} strokeWidth={1.75} aria-hidden />
        <span className="figure">{done === total ? `All ${total} to-dos done` : `${done} of ${total} to-dos done`}</span>
        {current && !isOpen && (
          <span className="todo-current" dir="auto">
            {shortText(current.activeForm ?? current.text)}
          </span>
        )}
        <ChevronDown size={14} strokeWidth={1.75} aria-hidden />
      </button>
      {isOpen && (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
        <ol id={listId} className="todo-items" tabIndex={0} aria-label="To-dos">
          <SomeItems items={items} first={firstItems} name="to-dos">
            {(item) => <Entry key={item.id} item={item} items={items} />}
          </SomeItems>
          {total > items.length && <li className="todo-rest">and {total - items.length} more</li>}
        </ol>
      )}
    </section>
  )
}

const words = { pending: 'Open', in_progress: 'In progress', completed: 'Done' } as const

function Entry({ item, items }: { item: TodoItem; items: readonly TodoItem[] }) {
  const { status, text, activeForm, owner, blockedBy = [] } = item
  const waitsFor = blockedBy.filter((id) => items.some((other) => other.id === id && other.status !== 'completed'))
  const facts = [...(owner ? [owner] : []), ...(waitsFor.length > 0 ? [`after ${waitsFor.map((id) => `#${id}`).join(', ')}`] : [])]
  return (
    <li data-status={status}>
      <StatusIcon status={status} />
      <span className="sr-only">{words[status]}:</span>
      <span dir="auto">{shortText(status === 'in_progress' ? (activeForm ?? text) : text)}</span>
      {facts.length > 0 && <span className="todo-facts">{shortText(facts.join(' · '))}</span>}
    </li>
  )
}

function StatusIcon({ status }: Pick<TodoItem, 'status'>) {
  const look = { size: 14, strokeWidth: 1.75, 'aria-hidden': true } as const
  if (status === 'completed') return <CircleCheck {...look} />
  return status === 'in_progress' ? <CircleDot {...look} /> : <Circle {...look} />
}

function shortText(text: string): string {
  const { shown, rest } = clipText(text, one)
  return boundMarks(rest ? `${shown}…` : shown)
}

function remember(conversationId: string, isOpen: boolean): void {
  opened.delete(conversationId)
  opened.set(conversationId, isOpen)
  const oldest = opened.keys().next()
  if (opened.size > mostOpened && !oldest.done) opened.delete(oldest.value)
}
