import { Pencil, X } from 'lucide-react'
import { BoundedText } from '../../tools/bounded-text.tsx'
import type { PlanComment } from './plan-draft.ts'

const firstOfQuote = { lines: 3, characters: 400 }
const firstOfWords = { lines: 10, characters: 1_000 }

type PlanCommentsProps = {
  comments: readonly PlanComment[]
  disabled: boolean
  onEdit: (place: number) => void
  onRemove: (place: number) => void
}

/** What was said to passages of a plan and is sent when the user keeps planning. */
export function PlanComments({ comments, disabled, onEdit, onRemove }: PlanCommentsProps) {
  if (comments.length === 0) return null
  return (
    <ul className="plan-comments" aria-label="Comments">
      {comments.map(({ quote, words }, place) => (
        <li key={place}>
          <div dir="auto">
            {quote !== '' && (
              <blockquote>
                <BoundedText text={quote} first={firstOfQuote} />
              </blockquote>
            )}
            <BoundedText text={words} first={firstOfWords} />
          </div>
          <button
            type="button"
            className="plan-comment-act"
            disabled={disabled}
            aria-label={`Edit comment ${place + 1}`}
            onClick={() => onEdit(place)}
          >
            <Pencil size={13} strokeWidth={1.75} aria-hidden />
          </button>
          <button
            type="button"
            className="plan-comment-act"
            disabled={disabled}
            aria-label={`Remove comment ${place + 1}`}
            onClick={() => onRemove(place)}
          >
            <X size={13} strokeWidth={1.75} aria-hidden />
          </button>
        </li>
      ))}
    </ul>
  )
}
