import { ArrowLeft } from 'lucide-react'
import { useCallback } from 'react'
import type { Topic } from '../../../shared/domain/topic.ts'
import { useTopics } from '../../state/topics-store.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { MessageDetails } from './message-details.tsx'
import { Messages } from './messages.tsx'
import { lookAt, useOpenMessage } from '../../state/open-message.ts'
import { topicFacts } from './topic-words.ts'
import { useTopicsRead, useWorkersOf } from './use-topics.ts'
import { Workers } from './workers.tsx'
import '../../ui/page.css'
import './topics.css'

/** One topic: who works on it, and its messages. */
export function TopicScreen({ name }: { name: string }) {
  useTopicsRead()
  const topics = useTopics((state) => state.topics)
  const problem = useTopics((state) => state.problem)
  const topic = topics?.get(name)
  if (topic) return <Shown key={name} topic={topic} />
  if (topics !== null) return <Gone name={name} />
  return <main className="page">{problem !== null && <p role="alert">{problem}</p>}</main>
}

function Shown({ topic }: { topic: Topic }) {
  const { name } = topic
  const openId = useOpenMessage((open) => (open.topic === name ? open.id : null))
  const look = useCallback((id: string | null) => lookAt(name, id), [name])
  return (
    <main className="topic" data-details={openId === null ? 'closed' : 'open'}>
      <div className="topic-main">
        <Head topic={topic} />
        <Workers topic={topic} />
        <Messages topic={topic} openId={openId} look={look} />
      </div>
      {openId !== null && <MessageDetails key={openId} topic={topic} id={openId} look={look} />}
    </main>
  )
}

function Head({ topic }: { topic: Topic }) {
  const { name, description, heldBy } = topic
  // Workers say themselves what holds them up.
  const hasWorkers = useWorkersOf(name).length > 0
  return (
    <>
      <div className="page-head topic-head">
        <IconButton label="All topics" icon={ArrowLeft} onClick={() => ui.go({ name: 'topics' })} />
        <h1>{name}</h1>
        <span className="topic-acts">
          <Button small variant="primary" onClick={() => ui.openDialog({ name: 'post-message', topic: name })}>
            Add message…
          </Button>
          <Button small variant="quiet" onClick={() => ui.openDialog({ name: 'topic', topic: name })}>
            Edit…
          </Button>
          <Button small variant="quiet" onClick={() => ui.openDialog({ name: 'remove-topic', topic: name })}>
            Remove…
          </Button>
        </span>
      </div>
      {description !== '' && <p className="topics-faint">{description}</p>}
      <p className="topics-faint figure">{topicFacts(topic)}</p>
      {heldBy !== null && !hasWorkers && <output className="topics-held topic-held">{heldBy}</output>}
    </>
  )
}

function Gone({ name }: { name: string }) {
  return (
    <main className="page">
      <div className="page-empty">
        <h1>There is no topic “{name}”</h1>
        <p>It was removed, or this address is from another computer.</p>
        <Button onClick={() => ui.go({ name: 'topics' })}>All topics</Button>
      </div>
    </main>
  )
}
