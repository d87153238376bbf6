import type { AskedQuestion } from '../../../shared/domain/approval.ts'
import { BoundedText } from '../../tools/bounded-text.tsx'

const firstOfLabel = { lines: 4, characters: 400 }
const firstOfDescription = { lines: 12, characters: 1_000 }
const mostKeys = 9

type QuestionOptionProps = {
  option: AskedQuestion['options'][number]
  /** Counted from 0. */
  place: number
  type: 'checkbox' | 'radio'
  name: string
  chosen: boolean
  /** Its digit chooses it now. */
  showKey: boolean
  onChoose: () => void
  /** It is looked at: focused, or pointed at. */
  onLook: () => void
}

/** An option of a question, with the digit that chooses it. */
export function QuestionOption({ option, place, type, name, chosen, showKey, onChoose, onLook }: QuestionOptionProps) {
  const { label, description } = option
  const hasKey = place < mostKeys
  return (
    <label className="question-option" data-chosen={chosen} onPointerEnter={onLook}>
      <input
        type={type}
        name={name}
        checked={chosen}
        data-option={place}
        aria-keyshortcuts={hasKey ? String(place + 1) : undefined}
        onChange={onChoose}
        onFocus={onLook}
      />
      <span dir="auto">
        <span className="question-label">
          <BoundedText text={label} first={firstOfLabel} />
        </span>
        {description !== '' && (
          <span className="question-description">
            <BoundedText text={description} first={firstOfDescription} />
          </span>
        )}
      </span>
      {hasKey && (
        <kbd className="question-key" data-shown={showKey} aria-hidden>
          {place + 1}
        </kbd>
      )}
    </label>
  )
}
