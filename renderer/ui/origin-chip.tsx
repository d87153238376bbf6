import { MessagesSquare, Workflow } from 'lucide-react'
import { originWords, type WorkOrigin } from '../../shared/domain/work-origin.ts'
import { openOrigin } from '../state/open-origin.ts'
import { originName, originPhrase } from '../words/origin-words.ts'
import './origin-chip.css'

export type OriginChipProps = {
  origin: WorkOrigin
  /** `phrase`: for a place where nothing else says what it is. */
  words: 'name' | 'phrase'
  /** In a list whose rows are walked through: the same is in the row's menu. */
  inRow?: boolean
}

/** Which run or topic something belongs to; opens it. */
export function OriginChip({ origin, words, inRow = false }: OriginChipProps) {
  const Icon = 'topic' in origin ? MessagesSquare : Workflow
  const whole = originWords(origin)
  return (
    <button
      type="button"
      className="origin-chip"
      data-words={words}
      tabIndex={inRow ? -1 : undefined}
      aria-label={whole}
      title={whole}
      onClick={() => openOrigin(origin)}
    >
      <Icon size={12} strokeWidth={1.75} aria-hidden />
      <span>{words === 'name' ? originName(origin) : originPhrase(origin)}</span>
    </button>
  )
}
