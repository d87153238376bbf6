import { useState } from 'react'
import type { Topic } from '../../../shared/domain/topic.ts'
import { runsPlace } from '../../state/places.ts'
import { loadTopics, useTopics } from '../../state/topics-store.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { PlaceTabs } from '../../ui/place-tabs.tsx'
import { fillWords, rateWords } from './topic-words.ts'
import { useInstanceName, useTopicList, useTopicsRead, useWorkersOf } from './use-topics.ts'
import '../../ui/page.css'
import './topics.css'

const firstTopics = 50

/** All topics with their lengths and rates, and who works on them. */
export function TopicsScreen() {
  useTopicsRead()
  const topics = useTopicList()
  const problem = useTopics((state) => state.problem)
  return (
    <main className="page" aria-busy={topics === null}>
      <div className="topics-page">
        <div className="page-head">
          <h1 className="sr-only">Topics</h1>
          <PlaceTabs place={runsPlace} current="topics" />
          <Button className="topics-new" onClick={() => ui.openDialog({ name: 'topic' })}>
            New topic…
          </Button>
        </div>
        {problem !== null && <Problem text={problem} />}
        {topics?.length === 0 && <Nothing />}
        {topics !== null && topics.length > 0 && <Table topics={topics} />}
      </div>
    </main>
  )
}

function Problem({ text }: { text: string }) {
  return (
    <p className="problem" role="alert">
      {text}{' '}
      <Button small onClick={() => void loadTopics()}>
        Try again
      </Button>
    </p>
  )
}

function Nothing() {
  return (
    <div className="page-empty">
      <h2>No topics yet</h2>
      <p>A topic is a queue of messages. Workers take messages from it, ask Claude, and can pass the answers to another topic.</p>
      <Button variant="primary" onClick={() => ui.openDialog({ name: 'topic' })}>
        Create a topic…
      </Button>
    </div>
  )
}

function Table({ topics }: { topics: readonly Topic[] }) {
  const [shown, setShown] = useState(firstTopics)
  return (
    <div className="topics-wide">
      <table className="topics-table">
        <thead>
          <tr>
            <th>Topic</th>
            <th className="topics-number">Waiting</th>
            <th className="topics-number">In progress</th>
            <th className="topics-number">Done</th>
            <th className="topics-number">Dead</th>
            <th className="topics-number topics-rate">In/min</th>
            <th className="topics-number topics-rate">Done/min</th>
          </tr>
        </thead>
        <tbody>
          {topics.slice(0, shown).map((topic) => (
            <Row key={topic.name} topic={topic} />
          ))}
        </tbody>
      </table>
      {topics.length > shown && (
        <Button small onClick={() => setShown(shown + firstTopics)}>
          Show more
        </Button>
      )}
    </div>
  )
}

function Row({ topic }: { topic: Topic }) {
  const { name, description, waiting, taken, done, dead, inPerMinute, donePerMinute, heldBy } = topic
  return (
    <tr data-topic={name}>
      <td>
        <button type="button" className="topics-name" onClick={() => ui.go({ name: 'topics', id: name })}>
          {name}
        </button>
        <Workers name={name} />
        {heldBy !== null && <span className="topics-held">{heldBy}</span>}
        {description !== '' && <span className="topics-faint">{description}</span>}
      </td>
      <td className="figure topics-number">
        {waiting.toLocaleString('en-US')}
        <span className="topics-held">{fillWords(topic)}</span>
      </td>
      <td className="figure topics-number">{taken.toLocaleString('en-US')}</td>
      <td className="figure topics-number">{done.toLocaleString('en-US')}</td>
      <td className="figure topics-number" data-some={dead > 0 || undefined}>
        {dead.toLocaleString('en-US')}
      </td>
      <td className="figure topics-number topics-rate">{rateWords(inPerMinute)}</td>
      <td className="figure topics-number topics-rate">{rateWords(donePerMinute)}</td>
    </tr>
  )
}

/** Where its messages go. */
function Workers({ name }: { name: string }) {
  const workers = useWorkersOf(name)
  return workers.slice(0, 3).map(({ id, instanceId, output }) => <Way key={id} instanceId={instanceId} output={output} />)
}

function Way({ instanceId, output }: { instanceId: string; output: string | undefined }) {
  const instance = useInstanceName(instanceId)
  return (
    <span className="topics-faint">
      → <bdi>{instance}</bdi>
      {output !== undefined && ` → ${output}`}
    </span>
  )
}
