import { memo } from 'react'
import type { TopicMessage } from '../../../shared/domain/topic.ts'
import { Button } from '../../ui/button.tsx'
import { StateMark } from '../../ui/state-mark.tsx'
import { exactWords, whenWords } from '../../words/library-words.ts'
import { requeue } from './requeue.ts'
import { messageFacts, stateMarks, stateNames } from './topic-words.ts'
import { useInstanceName } from './use-topics.ts'

type MessageRowProps = {
  message: TopicMessage
  topic: string
  index: number
  isOpen: boolean
  isCursor: boolean
  look: (id: string | null) => void
  toCursor: () => void
}

/** One message of the list. */
export const MessageRow = memo(function MessageRow({ message, topic, index, isOpen, isCursor, look, toCursor }: MessageRowProps) {
  const { id, seq, text, state, instanceId, endedAt, createdAt } = message
  const instance = useInstanceName(instanceId)
  const when = endedAt ?? createdAt
  return (
    <div className="list-row" data-message={id} data-index={index} data-looked-at={isOpen}>
      <span className="list-mark" title={stateNames[state]}>
        <StateMark mark={stateMarks[state]} />
      </span>
      <span className="figure topic-seq">{seq}</span>
      <button
        type="button"
        className="list-open"
        tabIndex={isCursor ? 0 : -1}
        aria-expanded={isOpen}
        onFocus={toCursor}
        onClick={() => look(isOpen ? null : id)}
      >
        <span dir="auto">{text.trim() === '' ? '(empty)' : text}</span>
        <small dir="auto">{messageFacts(message)}</small>
        <span className="sr-only">{stateNames[state]}</span>
      </button>
      <span className="topic-by">{instance}</span>
      <span className="figure topic-when" title={exactWords(when)}>
        {whenWords(when)}
      </span>
      {state === 'dead' && (
        <Button small tabIndex={-1} aria-label={`Requeue message ${seq}`} onClick={() => requeue(topic, id)}>
          Requeue
        </Button>
      )}
    </div>
  )
})
