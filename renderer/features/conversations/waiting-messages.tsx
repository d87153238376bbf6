import { Clock3, Image, Paperclip, Pencil, X } from 'lucide-react'
import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import type { Task } from '../../../shared/domain/task.ts'
import { clipText } from '../../words/clip-text.ts'
import { longestEdited, tooLongToEdit } from '../../words/composer-words.ts'
import { withOwnTimes } from '../../words/moment.ts'
import { useNow } from '../../ui/use-now.ts'
import { focusAtEnd } from '../../ui/focus-at-end.ts'

/** On one line, where little of it fits. */
const shownOfWaiting = { lines: 20, characters: 600 }

export type WaitingActions = {
  /** Rejects with what the user should read. */
  edit: (taskId: string, text: string) => Promise<void>
  withdraw: (taskId: string) => Promise<void>
}

/** Messages that wait for their turn, in the order in which they will be read. */
export function WaitingMessages({ tasks, actions }: { tasks: readonly Task[]; actions: WaitingActions }) {
  const waiting = tasks.filter((task) => task.state === 'waiting')
  if (waiting.length === 0) return null
  return (
    <ul className="waiting" aria-label="Waiting messages">
      {waiting.map((task) => (
        <WaitingMessage key={task.id} task={task} actions={actions} />
      ))}
    </ul>
  )
}

function WaitingMessage({ task, actions }: { task: Task; actions: WaitingActions }) {
  const [isEditing, setEditing] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const now = useNow(false)
  const run = async (go: Promise<void>) => {
    setProblem(null)
    try {
      await go
      setEditing(false)
    } catch (thrown) {
      setProblem(thrown instanceof Error ? thrown.message : 'That did not work. Try again.')
    }
  }
  return (
    <li className="waiting-message">
      <Clock3 size={14} strokeWidth={1.75} aria-hidden />
      {isEditing ? (
        <EditWaiting
          text={task.text}
          onDone={(text) => void run(text === null || text === task.text ? Promise.resolve() : actions.edit(task.id, text))}
        />
      ) : (
        <span className="waiting-text">
          <span className="waiting-words">{clipText(task.text, shownOfWaiting).shown || attachedWords(task)}</span>
          {task.imageCount > 0 && (
            <span className="waiting-images">
              <Image size={13} strokeWidth={1.75} aria-hidden /> {task.imageCount}
            </span>
          )}
          {task.text !== '' && task.attachmentNames !== undefined && (
            <span className="waiting-images">
              <Paperclip size={13} strokeWidth={1.75} aria-hidden /> {task.attachmentNames.length}
            </span>
          )}
          <span className="waiting-reason">
            {problem ?? (task.waitingFor === null ? 'waiting' : withOwnTimes(task.waitingFor, new Date(now)))}
          </span>
        </span>
      )}
      {!isEditing && (
        <>
          <button
            type="button"
            className="copy-button"
            aria-label="Edit this waiting message"
            disabled={task.text.length > longestEdited}
            title={task.text.length > longestEdited ? tooLongToEdit : 'Edit'}
            onClick={() => setEditing(true)}
          >
            <Pencil size={14} strokeWidth={1.75} aria-hidden />
          </button>
          <button
            type="button"
            className="copy-button"
            aria-label="Remove from queue"
            title="Remove from queue"
            onClick={() => void run(actions.withdraw(task.id))}
          >
            <X size={14} strokeWidth={1.75} aria-hidden />
          </button>
        </>
      )}
    </li>
  )
}

/** What a message without words holds. */
function attachedWords({ attachmentNames = [] }: Task): string {
  return attachmentNames.length === 0 ? 'Images' : clipText(attachmentNames.join(', '), shownOfWaiting).shown
}

function EditWaiting({ text, onDone }: { text: string; onDone: (text: string | null) => void }) {
  const field = useRef<HTMLTextAreaElement>(null)
  const [value, setValue] = useState(text)
  useEffect(() => focusAtEnd(field.current), [])
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onDone(null)
    else if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault()
      onDone(value)
    }
  }
  return (
    <span className="waiting-edit">
      <textarea
        ref={field}
        rows={Math.min(8, value.split('\n').length)}
        value={value}
        aria-label="Waiting message"
        onChange={(event) => setValue(event.target.value)}
        onKeyDown={onKey}
      />
      <button type="button" className="small-button small-button-first" onClick={() => onDone(value)}>
        Save
      </button>
      <button type="button" className="small-button" onClick={() => onDone(null)}>
        Cancel
      </button>
    </span>
  )
}
