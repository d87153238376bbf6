import { Pencil } from 'lucide-react'
import { memo, useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import { Clock } from '../../ui/clock.tsx'
import { CopyButton } from '../../markdown/copy-button.tsx'
import { AttachmentList } from '../composer/attachment-list.tsx'
import { CheckpointName, ForkMenu } from './fork-menu.tsx'
import { Pictures } from './pictures.tsx'
import { useThreadContext } from './thread-context.ts'
import { promptOf, type UserRow } from './thread-row.ts'
import { focusAtEnd } from '../../ui/focus-at-end.ts'
import { breakableText } from '../../markdown/breakable-text.tsx'
import { clipText, restWords } from '../../words/clip-text.ts'
import { longestEdited, tooLongToEdit } from '../../words/composer-words.ts'

const first = { lines: 16, characters: 1_500 }
const growth = 40
const editWords = 'Edit and send again: replaces this message and everything after it'

/** What the user said, in a soft bubble at the right; it can be changed and sent again in its place. */
export const UserMessage = memo(function UserMessage({ row }: { row: UserRow }) {
  const { busy, editing, setEditing } = useThreadContext()
  const isTooLong = row.text.length > longestEdited
  if (editing === row.messageId && !isTooLong) return <EditMessage row={row} onDone={() => setEditing(null)} />
  return (
    <div className="user">
      <div className="user-side">
        <Clock time={row.at} className="turn-time" />
        <div className="user-tools">
          <ForkMenu messageId={row.messageId} rewinds={!row.joined} />
          <CopyButton text={row.text} label="Copy message" />
          <button
            type="button"
            className="copy-button"
            disabled={busy || isTooLong}
            aria-label="Edit and send again"
            title={isTooLong ? tooLongToEdit : busy ? 'Stop the turn first to change this message' : editWords}
            onClick={() => setEditing(row.messageId)}
          >
            <Pencil size={14} strokeWidth={1.75} aria-hidden />
          </button>
        </div>
      </div>
      <div className="bubble">
        <Pictures images={row.images} />
        <AttachmentList attachments={row.attachments} />
        {row.text !== '' && <UserText text={row.text} />}
        <CheckpointName messageId={row.messageId} />
      </div>
    </div>
  )
})

function UserText({ text }: { text: string }) {
  const [limit, setLimit] = useState(first)
  const { shown, rest } = useMemo(() => clipText(text, limit), [text, limit])
  const more = () => setLimit({ lines: limit.lines * growth, characters: limit.characters * growth })
  return (
    <>
      <p className="user-text" dir="auto">
        {useMemo(() => breakableText(shown), [shown])}
        {rest && '…'}
      </p>
      {rest && (
        <button type="button" className="fold" onClick={more}>
          {rest.allCharacters <= limit.characters * growth && rest.allLines <= limit.lines * growth
            ? `Show all ${wholeWords(rest)}`
            : `Show more · ${restWords(rest)}`}
        </button>
      )}
      {!rest && limit !== first && (
        <button type="button" className="fold" onClick={() => setLimit(first)}>
          Show less
        </button>
      )}
    </>
  )
}

function wholeWords({ allLines, allCharacters }: { allLines: number; allCharacters: number }): string {
  return allLines > first.lines ? `${allLines.toLocaleString('en-US')} lines` : `${allCharacters.toLocaleString('en-US')} characters`
}

function EditMessage({ row, onDone }: { row: UserRow; onDone: () => void }) {
  const { actions } = useThreadContext()
  const field = useRef<HTMLTextAreaElement>(null)
  const [text, setText] = useState(row.text)
  const [problem, setProblem] = useState<string | null>(null)
  const [sending, setSending] = useState(false)
  useEffect(() => focusAtEnd(field.current), [])
  const send = () => {
    if (sending || (text.trim() === '' && row.images.length + row.attachments.length === 0)) return
    setSending(true)
    setProblem(null)
    actions.resend(row.messageId, { ...promptOf(row), text }).then(onDone, (thrown: unknown) => {
      setProblem(thrown instanceof Error ? thrown.message : 'It could not be sent. Try again.')
      setSending(false)
    })
  }
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onDone()
    else if (event.key === 'Enter' && (event.metaKey || event.ctrlKey) && !event.nativeEvent.isComposing) {
      event.preventDefault()
      send()
    }
  }
  return (
    <div className="edit-message">
      <Pictures images={row.images} />
      <AttachmentList attachments={row.attachments} />
      <textarea
        ref={field}
        value={text}
        aria-label="Message"
        rows={Math.min(14, text.split('\n').length + 1)}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKey}
      />
      <div className="ending-actions">
        <span className="edit-hint">Replaces this message and everything after it.</span>
        <button type="button" className="small-button" onClick={onDone}>
          Cancel
        </button>
        <button type="button" className="small-button small-button-first" disabled={sending} onClick={send}>
          Send again
        </button>
      </div>
      {problem && (
        <p role="alert" className="approval-problem">
          {problem}
        </p>
      )}
    </div>
  )
}
