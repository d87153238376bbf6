import { Pencil, Trash2 } from 'lucide-react'
import { useEffect, useRef, type KeyboardEvent } from 'react'
import { BoundedText } from '../../tools/bounded-text.tsx'
import { Button } from '../../ui/button.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { reviewComments, type ReviewComment } from '../../state/review-comments.ts'
import { useDiffContext } from './diff-context.ts'

const longest = 10_000
const first = { lines: 12, characters: 1_200 }

/** A comment below the lines that it is about; a field while it is written. */
export function CommentRow({ comment, stale }: { comment: ReviewComment; stale: boolean }) {
  const { conversationId, writing, setWriting } = useDiffContext()
  const { id, text } = comment
  const remove = () => reviewComments.remove(conversationId, [id])
  const where = `${comment.from === comment.to ? `line ${comment.from}` : `lines ${comment.from}–${comment.to}`}`
  return (
    <div className="comment-row">
      <p className="comment-place">
        Comment on {where}
        {stale && ' · these lines have changed since'}
      </p>
      {writing === id || text === '' ? (
        <CommentField comment={comment} onDone={() => setWriting(null)} />
      ) : (
        <div className="comment-text">
          <p dir="auto">
            <BoundedText text={text} first={first} />
          </p>
          <IconButton label="Edit comment" icon={Pencil} size={14} onClick={() => setWriting(id)} />
          <IconButton label="Delete comment" icon={Trash2} size={14} onClick={remove} />
        </div>
      )}
    </div>
  )
}

function CommentField({ comment: { id, text }, onDone }: { comment: ReviewComment; onDone: () => void }) {
  const { conversationId, writing } = useDiffContext()
  const field = useRef<HTMLTextAreaElement>(null)
  // One that was left empty, and came back by a reload, takes nobody's focus.
  useEffect(() => {
    if (writing === id) field.current?.focus()
  }, [writing, id])
  const done = () => {
    if (text.trim() === '') reviewComments.remove(conversationId, [id])
    onDone()
  }
  const onKey = (event: KeyboardEvent) => {
    event.stopPropagation()
    const isDone = event.key === 'Escape' || (event.key === 'Enter' && (event.ctrlKey || event.metaKey))
    if (!isDone || event.nativeEvent.isComposing) return
    event.preventDefault()
    done()
  }
  return (
    <div className="comment-field">
      <textarea
        ref={field}
        className="input"
        rows={3}
        maxLength={longest}
        dir="auto"
        aria-label="Comment"
        placeholder="What should Claude change here?"
        value={text}
        onChange={(event) => reviewComments.change(conversationId, id, event.target.value)}
        onKeyDown={onKey}
      />
      <div className="comment-buttons">
        <Button small variant="quiet" onClick={() => reviewComments.remove(conversationId, [id])}>
          Discard
        </Button>
        <Button small onClick={done} disabled={text.trim() === ''}>
          Save comment
        </Button>
      </div>
    </div>
  )
}
