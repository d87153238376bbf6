import { useEffect } from 'react'
import type { Topic, Worker } from '../../../shared/domain/topic.ts'
import { usePool } from '../../state/pool-store.ts'
import { loadTopics, useTopics } from '../../state/topics-store.ts'

/** Rates fall although nothing happens. */
const againMs = 15_000

/** Has them read as long as something shows them. */
export function useTopicsRead(): void {
  const connected = usePool((state) => state.connection === 'open')
  useEffect(() => {
    if (!connected) return undefined
    void loadTopics()
    const timer = setInterval(() => void loadTopics(), againMs)
    return () => clearInterval(timer)
  }, [connected])
}

/** Null before they were read. */
export function useTopicList(): readonly Topic[] | null {
  const topics = useTopics((state) => state.topics)
  return topics && [...topics.values()].toSorted((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }))
}

/** Those that take from a topic. */
export function useWorkersOf(name: string): readonly Worker[] {
  const workers = useTopics((state) => state.workers)
  return [...workers.values()].filter(({ topic }) => topic === name)
}

/** The instance’s name, or that it is gone. */
export function useInstanceName(id: string | null): string {
  return usePool((state) => (id === null ? '' : (state.instances.get(id)?.name ?? 'removed instance')))
}
