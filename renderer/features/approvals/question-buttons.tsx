import { ChordHint } from '../../ui/chord-hint.tsx'

type QuestionButtonsProps = {
  /** So many questions are answered, of so many. */
  count: number
  of: number
  active: boolean
  busy: boolean
  onSend: () => void
  onLeave: () => void
  onTalk: () => void
  onDecline: () => void
}

/** What can be done with Claude's questions. */
export function QuestionButtons({ count, of, active, busy, onSend, onLeave, onTalk, onDecline }: QuestionButtonsProps) {
  const isPart = count > 0 && count < of
  const sends = isPart ? `Send ${count} of ${of} answers` : of === 1 ? 'Send answer' : 'Send answers'
  return (
    <div className="approval-answers">
      <button type="button" className="approval-button approval-allow" disabled={busy || count === 0} onClick={onSend}>
        {sends} {active && count === of && <ChordHint keys={['mod', 'enter']} />}
      </button>
      {count < of && (
        <button type="button" className="approval-button" disabled={busy} onClick={onLeave}>
          {isPart ? 'You decide the rest' : 'You decide'}
        </button>
      )}
      <button type="button" className="approval-button" disabled={busy} onClick={onTalk}>
        Let’s talk about it…
      </button>
      <button type="button" className="approval-button" disabled={busy} onClick={onDecline}>
        Decline… {active && <ChordHint keys={['mod', 'backspace']} />}
      </button>
    </div>
  )
}
