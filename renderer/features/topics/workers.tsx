import { ChevronRight } from 'lucide-react'
import type { Topic, Worker } from '../../../shared/domain/topic.ts'
import { attempt } from '../../commands/attempt.ts'
import { client } from '../../connection/connection.ts'
import { addWorker, useTopics } from '../../state/topics-store.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { SomeItems } from '../../ui/some-items.tsx'
import { StateMark } from '../../ui/state-mark.tsx'
import { workerFacts, workerMark } from './topic-words.ts'
import { useInstanceName, useWorkersOf } from './use-topics.ts'

const firstWorkers = 5

/** Who takes from a topic, what holds each up, and which workers answer into it. */
export function Workers({ topic: { name } }: { topic: Topic }) {
  const workers = useWorkersOf(name)
  const all = useTopics((state) => state.workers)
  const feeding = [...new Set([...all.values()].filter(({ output }) => output === name).map(({ topic }) => topic))]
  return (
    <section className="topic-workers" aria-labelledby="topic-workers">
      <div className="topic-section">
        <h2 id="topic-workers">Workers</h2>
        {feeding.length > 0 && (
          <span className="topics-faint">
            Answers come from{' '}
            {feeding.map((from) => (
              <TopicLink key={from} name={from} />
            ))}
          </span>
        )}
        <Button small className="topic-right" onClick={() => ui.openDialog({ name: 'worker', topic: name })}>
          Add worker…
        </Button>
      </div>
      {workers.length === 0 && <p className="topics-faint">No workers. Add one to have messages answered.</p>}
      <SomeItems items={workers} first={firstWorkers} name="workers">
        {(worker) => <WorkerRow key={worker.id} worker={worker} />}
      </SomeItems>
    </section>
  )
}

function WorkerRow({ worker }: { worker: Worker }) {
  const { id, topic, instanceId, output, paused, heldBy } = worker
  const name = useInstanceName(instanceId)
  const pause = () => attempt(client.workers.update({ id, paused: !paused }).then(addWorker))
  return (
    <div className="topic-worker" data-worker={id}>
      <StateMark mark={workerMark(worker)} />
      <div className="topic-worker-words">
        <p>
          <button type="button" className="topics-name" onClick={() => ui.go({ name: 'instance', id: instanceId })}>
            <bdi>{name}</bdi>
          </button>
          {output !== undefined && (
            <>
              <ChevronRight size={12} aria-label="answers to" />
              <TopicLink name={output} />
            </>
          )}
        </p>
        <p className="topics-faint figure">{workerFacts(worker)}</p>
        {heldBy !== null && <p className="topics-held">{heldBy}</p>}
      </div>
      <Button small onClick={pause} aria-label={`${paused ? 'Resume' : 'Pause'} ${name}`}>
        {paused ? 'Resume' : 'Pause'}
      </Button>
      <Button small variant="quiet" aria-label={`Edit ${name}`} onClick={() => ui.openDialog({ name: 'worker', topic, id })}>
        Edit…
      </Button>
      <Button small variant="quiet" aria-label={`Remove ${name}`} onClick={() => ui.openDialog({ name: 'remove-worker', id })}>
        Remove…
      </Button>
    </div>
  )
}

/** A topic that one goes to. */
export function TopicLink({ name }: { name: string }) {
  return (
    <button type="button" className="topics-link" onClick={() => ui.go({ name: 'topics', id: name })}>
      {name}
    </button>
  )
}
