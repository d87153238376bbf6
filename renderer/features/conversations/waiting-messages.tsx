import { ArrowDown, ArrowUp, Clock3, CornerDownRight, Image, Paperclip, Pencil, SendHorizontal, X, type LucideIcon } from 'lucide-react'
import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import type { Task } from '../../../shared/domain/task.ts'
import { clipText } from '../../words/clip-text.ts'
import { longestEdited, tooLongToEdit } from '../../words/composer-words.ts'
import { withOwnTimes } from '../../words/moment.ts'
import { useNow } from '../../ui/use-now.ts'
import { useWaitingMoves } from './use-waiting-moves.ts'
import { neighbour, placeOfDrop } from './waiting-order.ts'
import { focusAtEnd } from '../../ui/focus-at-end.ts'

/** On one line, where little of it fits. */
const shownOfWaiting = { lines: 20, characters: 600 }

export type WaitingActions = {
  /** Rejects with what the user should read. */
  edit: (taskId: string, text: string) => Promise<void>
  withdraw: (taskId: string) => Promise<void>
  /** Directly before another one; null: behind all. */
  move: (taskId: string, before: string | null) => Promise<void>
  /** Drops all of them. */
  clear: () => Promise<void>
  /** Sends one into the running turn; null: none runs. */
  sendNow: ((taskId: string) => Promise<void>) | null
}

/** Whether it is a message that waits: what goes on after a usage limit is told where that was met. */
export function isWaitingMessage({ state, goesOnAt }: Task): boolean {
  return state === 'waiting' && goesOnAt === undefined
}

/** Messages that wait for their turn, in the order in which they will be read. */
export function WaitingMessages({ tasks, actions }: { tasks: readonly Task[]; actions: WaitingActions }) {
  const waiting = tasks.filter(isWaitingMessage)
  const inLine = waiting.filter(({ steers }) => steers !== true)
  if (waiting.length === 0) return null
  return (
    <>
      {waiting.length > 1 && <QueueHead count={waiting.length} clear={actions.clear} />}
      <ul className="waiting" aria-label="Queued messages">
        {waiting.map((task) => (
          <WaitingMessage key={task.id} task={task} actions={actions} inLine={inLine} />
        ))}
      </ul>
    </>
  )
}

function QueueHead({ count, clear }: { count: number; clear: () => Promise<void> }) {
  const [problem, setProblem] = useState<string | null>(null)
  return (
    <p className="waiting-head">
      <span>{problem ?? `${count} queued messages`}</span>
      <button
        type="button"
        className="small-button"
        title="Moves them back to the composer"
        onClick={() =>
          void clear().catch((thrown: unknown) => setProblem(thrown instanceof Error ? thrown.message : 'That did not work. Try again.'))
        }
      >
        Clear queue
      </button>
    </p>
  )
}

type WaitingMessageProps = {
  task: Task
  actions: WaitingActions
  /** Those that can change places, in their order. */
  inLine: readonly Task[]
}

function WaitingMessage({ task, actions, inLine }: WaitingMessageProps) {
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
  const isSteering = task.steers === true
  const Icon = isSteering ? CornerDownRight : Clock3
  const step = (direction: 'up' | 'down') => {
    const before = neighbour(inLine, task.id, direction)
    if (before !== undefined) void run(actions.move(task.id, before))
  }
  const mayMove = !isSteering && !isEditing && inLine.length > 1
  const row = useWaitingMoves({
    id: task.id,
    active: mayMove,
    step,
    drop: (dragged) => void run(actions.move(dragged, placeOfDrop(inLine, dragged, task.id))),
  })
  return (
    <li ref={row} className="waiting-message" draggable={mayMove}>
      <Icon size={14} strokeWidth={1.75} aria-hidden />
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
          {mayMove && (
            <>
              <IconAct label="Move up" icon={ArrowUp} disabled={neighbour(inLine, task.id, 'up') === undefined} act={() => step('up')} />
              <IconAct
                label="Move down"
                icon={ArrowDown}
                disabled={neighbour(inLine, task.id, 'down') === undefined}
                act={() => step('down')}
              />
            </>
          )}
          {actions.sendNow && !isSteering && (
            <IconAct label="Send now" icon={SendHorizontal} act={() => void run(actions.sendNow?.(task.id) ?? Promise.resolve())} />
          )}
          <button
            type="button"
            className="copy-button"
            aria-label="Edit queued message"
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

type IconActProps = { label: string; icon: LucideIcon; disabled?: boolean; act: () => void }

function IconAct({ label, icon: Icon, disabled = false, act }: IconActProps) {
  return (
    <button type="button" className="copy-button" aria-label={label} title={label} disabled={disabled} onClick={act}>
      <Icon size={14} strokeWidth={1.75} aria-hidden />
    </button>
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
        aria-label="Queued message"
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
