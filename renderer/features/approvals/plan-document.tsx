import { useCallback, useEffect, useRef } from 'react'
import { MessageSquarePlus } from 'lucide-react'
import { Markdown } from '../../markdown/markdown.tsx'
import { visibleText } from '../../ui/visible-characters.ts'
import { quoteOf } from './plan-draft.ts'
import { useLinesBelow } from './use-lines-below.ts'
import { usePassages } from './use-passages.ts'

type PlanDocumentProps = {
  text: string
  /** Told how many lines were never in sight. */
  onBelow: (lines: number) => void
  /** A passage is to be commented on; an empty one is the whole plan. Absent when nothing can be said now. */
  onComment: ((passage: string) => void) | undefined
}

const shortQuote = 60

/** A plan to read, in a box that scrolls. A passage that is clicked, selected or stepped to can be commented on. */
export function PlanDocument({ text, onBelow, onComment }: PlanDocumentProps) {
  const box = useRef<HTMLDivElement>(null)
  const picked = useRef('')
  const comment = useCallback(() => onComment?.(picked.current), [onComment])
  const { passage, clear } = usePassages(box, comment)
  const below = useLinesBelow(box)
  useEffect(() => onBelow(below), [onBelow, below])
  useEffect(() => {
    picked.current = passage?.text ?? ''
  }, [passage])
  const quote = passage === null ? '' : quoteOf(passage.text)
  const short = quote.length > shortQuote ? `${quote.slice(0, shortQuote)}…` : quote
  return (
    <>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard */}
      <div ref={box} className="plan-text" tabIndex={0} role="document" aria-label="Plan">
        {passage !== null && <div className="plan-mark" data-mark style={{ top: passage.top, height: passage.height }} />}
        <Markdown text={text} />
      </div>
      {onComment && (
        <div className="plan-tools">
          <button
            type="button"
            className="question-add-note"
            onClick={() => {
              comment()
              clear()
            }}
          >
            <MessageSquarePlus size={13} strokeWidth={1.75} aria-hidden />
            {short === '' ? 'Comment on the plan' : <bdi>Comment on “{visibleText(short)}”</bdi>}
          </button>
          <span className="approval-note plan-keys">
            Select a passage, or in the plan <kbd>J</kbd> <kbd>K</kbd> to move and <kbd>C</kbd> to comment
          </span>
        </div>
      )}
      {below > 0 && (
        <p className="approval-note">
          {below === 1 ? 'About 1 more line below.' : `About ${below.toLocaleString('en-US')} more lines below.`}
        </p>
      )}
    </>
  )
}
