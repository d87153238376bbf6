import type { DraftView } from '../../state/draft-store.ts'
import { commandOf } from './composed.ts'

type ComposerLinesProps = {
  draft: DraftView
  problem: string | null
  /** A picture of what was pasted as words can be added. */
  offers: boolean
  onOffer: (wanted: boolean) => void
  /** Escape once more changes the last message. */
  editHint: boolean
}

/** What there is to say about what is written, below it. */
export function ComposerLines({ draft, problem, offers, onOffer, editHint }: ComposerLinesProps) {
  const words = problem ?? draft.problem
  return (
    <>
      {words !== null && (
        <p role="alert" className="composer-problem">
          {words}
        </p>
      )}
      {commandOf(draft) !== null && (
        <p className="composer-hint">
          Runs in this folder with your shell, up to 10 minutes. Claude gets the output with your next message.
        </p>
      )}
      {editHint && <output className="composer-hint">Press Esc again to edit your last message</output>}
      {offers && <OfferedPicture onAnswer={onOffer} />}
    </>
  )
}

/** What was pasted as words came as a picture too. */
function OfferedPicture({ onAnswer }: { onAnswer: (wanted: boolean) => void }) {
  return (
    <output className="composer-offer">
      Pasted as text. The clipboard also has a picture of it.
      <button type="button" className="small-button" onClick={() => onAnswer(true)}>
        Add picture
      </button>
      <button type="button" className="small-button" onClick={() => onAnswer(false)}>
        Dismiss
      </button>
    </output>
  )
}
