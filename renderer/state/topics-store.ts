import { create } from 'zustand'
import type { PoolEvent } from '../../shared/domain/event.ts'
import type { Topic, Worker } from '../../shared/domain/topic.ts'
import { client } from '../connection/connection.ts'
import { errorWords } from '../words/error-words.ts'

type TopicsState = {
  /** By name; null until they were read. */
  topics: ReadonlyMap<string, Topic> | null
  workers: ReadonlyMap<string, Worker>
  /** Why they could not be read. */
  problem: string | null
}

/** Topics and their workers: read where they are shown first, and kept as the core says from then on. */
export const useTopics = create<TopicsState>(() => ({ topics: null, workers: new Map(), problem: null }))

const ofTopics: ReadonlySet<string> = new Set(['topic', 'topic-removed', 'worker', 'worker-removed'])
let reading: Promise<void> | null = null
let changedMeanwhile = false

/** Reads them from the core; what goes wrong is in the store. */
export function loadTopics(): Promise<void> {
  reading ??= readAll().finally(() => {
    reading = null
  })
  return reading
}

/** To be called with every event of the pool. */
export function topicsChanged(event: PoolEvent): void {
  if (reading !== null && ofTopics.has(event.type)) changedMeanwhile = true
  const { topics, workers } = useTopics.getState()
  if (topics === null) return
  if (event.type === 'sync') void loadTopics()
  if (event.type === 'topic') useTopics.setState({ topics: new Map(topics).set(event.topic.name, event.topic) })
  if (event.type === 'topic-removed') useTopics.setState({ topics: without(topics, event.name) })
  if (event.type === 'worker') useTopics.setState({ workers: new Map(workers).set(event.worker.id, event.worker) })
  if (event.type === 'worker-removed') useTopics.setState({ workers: without(workers, event.id) })
}

/** What a call answered is shown at once; its event comes a moment later. */
export function addTopic(topic: Topic): void {
  useTopics.setState(({ topics }) => ({ topics: new Map(topics).set(topic.name, topic) }))
}

/** As `addTopic`. */
export function addWorker(worker: Worker): void {
  useTopics.setState(({ workers }) => ({ workers: new Map(workers).set(worker.id, worker) }))
}

async function readAll(): Promise<void> {
  try {
    do {
      changedMeanwhile = false
      const [topics, workers] = await Promise.all([client.topics.list(), client.workers.list()])
      useTopics.setState({
        topics: new Map(topics.items.map((topic) => [topic.name, topic])),
        workers: new Map(workers.items.map((worker) => [worker.id, worker])),
        problem: null,
      })
      // An event that came before the answer may be newer than it.
    } while (changedMeanwhile)
  } catch (thrown) {
    useTopics.setState({ problem: errorWords(thrown) })
  }
}

function without<T>(map: ReadonlyMap<string, T>, key: string): ReadonlyMap<string, T> {
  const next = new Map(map)
  next.delete(key)
  return next
}
