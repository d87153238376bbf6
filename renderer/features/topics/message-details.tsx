import { X } from 'lucide-react'
import { useEffect, useState, type ReactNode } from 'react'
import type { Topic, TopicMessage } from '../../../shared/domain/topic.ts'
import { client } from '../../connection/connection.ts'
import { ui } from '../../state/ui-store.ts'
import { useTopics } from '../../state/topics-store.ts'
import { BoundedText } from '../../tools/bounded-text.tsx'
import { Button } from '../../ui/button.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { StateMark } from '../../ui/state-mark.tsx'
import { errorWords } from '../../words/error-words.ts'
import { formatCost } from '../../words/figures.ts'
import { exactWords } from '../../words/library-words.ts'
import { goToMessage } from '../../state/open-message.ts'
import { requeue } from './requeue.ts'
import { stateMarks, stateNames } from './topic-words.ts'
import { useInstanceName } from './use-topics.ts'

type MessageDetailsProps = { topic: Topic; id: string; look: (id: string | null) => void }

/** All that is known of one message, beside the list. */
export function MessageDetails({ topic, id, look }: MessageDetailsProps) {
  const { message, problem } = useMessage(topic, id)
  return (
    <aside className="topic-details" aria-label="Message">
      <div className="topic-details-head">
        <h2>{message ? `Message ${message.seq}` : 'Message'}</h2>
        <IconButton label="Close" icon={X} onClick={() => look(null)} />
      </div>
      {problem !== null && <p role="alert">{problem}</p>}
      {message && <Shown topic={topic} message={message} />}
    </aside>
  )
}

function useMessage(topic: Topic, id: string): { message: TopicMessage | null; problem: string | null } {
  const [known, setKnown] = useState<{ message: TopicMessage | null; problem: string | null }>({ message: null, problem: null })
  const { name } = topic
  useEffect(() => {
    let stays = true
    client.topics.message({ name, id }).then(
      (message) => stays && setKnown({ message, problem: null }),
      (thrown: unknown) => stays && setKnown({ message: null, problem: errorWords(thrown) }),
    )
    return () => {
      stays = false
    }
    // It is read again whenever its topic has changed.
  }, [name, id, topic])
  return known
}

const firstOfText = { lines: 12, characters: 2_000 }

function Shown({ topic, message }: { topic: Topic; message: TopicMessage }) {
  const { id, state, text, data, answer, error, conversationId, mayBeRepeated } = message
  return (
    <>
      <p className="topic-state">
        <StateMark mark={stateMarks[state]} /> {stateNames[state]}
        {mayBeRepeated && ' · may have run more than once'}
      </p>
      {error !== undefined && <p className="topics-held">{error.message}</p>}
      <div className="topic-acts">
        {state === 'dead' && (
          <Button small variant="primary" onClick={() => requeue(topic.name, id)}>
            Requeue
          </Button>
        )}
        {conversationId !== null && (
          <Button small onClick={() => ui.go({ name: 'conversation', id: conversationId })}>
            Open conversation
          </Button>
        )}
      </div>
      <Words title="Message" text={text} />
      {data !== undefined && <Words title="Data" text={JSON.stringify(data, null, 2)} />}
      {answer !== null && <Words title="Answer" text={answer} />}
      <Facts message={message} />
    </>
  )
}

function Words({ title, text }: { title: string; text: string }) {
  return (
    <section>
      <h3>{title}</h3>
      <p className="topic-words" dir="auto">
        <BoundedText text={text} first={firstOfText} />
      </p>
    </section>
  )
}

function Facts({ message }: { message: TopicMessage }) {
  const { from, to, workerId, instanceId, attempts, costUsd, key, createdAt, nextAttemptAt, endedAt, id } = message
  const instance = useInstanceName(instanceId)
  const worker = useTopics(({ workers }) => (workerId === null ? undefined : workers.get(workerId)))
  const facts: (readonly [label: string, value: ReactNode])[] = [
    ['Answer to', from && <Place key="from" place={from} />],
    ['Worker', workerId === null ? null : worker ? instance : `${instance} (worker removed)`],
    ['Answer in', to && <Place key="to" place={to} />],
    ['Attempts', attempts > 0 ? attempts : null],
    ['Cost', costUsd > 0 ? formatCost(costUsd) : null],
    ['Added', exactWords(createdAt)],
    ['Next try', nextAttemptAt && exactWords(nextAttemptAt)],
    ['Ended', endedAt && exactWords(endedAt)],
    ['Key', key],
    ['ID', id],
  ]
  return (
    <dl>
      {facts.map(([label, value]) =>
        value === null ? null : (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ),
      )}
    </dl>
  )
}

function Place({ place: { topic, id } }: { place: NonNullable<TopicMessage['to']> }) {
  return (
    <button type="button" className="topics-link" onClick={() => goToMessage(topic, id)}>
      {topic}
    </button>
  )
}
