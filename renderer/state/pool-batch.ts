import type { PoolEvent } from '../../shared/domain/event.ts'
import { reducePool, withItems, type PoolState } from './pool-store.ts'
import { withRuns } from './run-lists.ts'

/** As often as a list has to change for a person to see what happens. */
const restMs = 100

/**
 * Takes changes one by one and hands them on: the first at once, what comes soon after it together. Forty instances that work tell of hundreds
 * of changes in a second, and each that is shown by itself has all lists looked through.
 */
export class ChangeBatch<T> {
  readonly #apply: (items: readonly T[]) => void
  readonly #later: (run: () => void) => void
  #waiting: T[] = []
  #isOpen = true

  constructor(apply: (items: readonly T[]) => void, later = (run: () => void): void => void setTimeout(run, restMs)) {
    this.#apply = apply
    this.#later = later
  }

  add(item: T): void {
    this.#waiting.push(item)
    if (this.#isOpen) this.#flush()
  }

  /** What waits has no meaning any more. */
  clear(): void {
    this.#waiting = []
  }

  #flush(): void {
    const items = this.#waiting
    this.#isOpen = items.length === 0
    if (items.length === 0) return
    this.#waiting = []
    this.#later(() => this.#flush())
    this.#apply(items)
  }
}

/** The state after several events: each list is copied once, however many of its items have changed. */
export function reduceAll(state: PoolState, events: readonly PoolEvent[]): PoolState {
  let next = state
  let pending: PoolEvent[] = []
  const settle = () => {
    const instances = pending.flatMap((event) => (event.type === 'instance' ? [event.instance] : []))
    const conversations = pending.flatMap((event) => (event.type === 'conversation' ? [event.conversation] : []))
    const runs = pending.flatMap((event) => (event.type === 'run' ? [event.run] : []))
    pending = []
    if (instances.length > 0) next = { ...next, instances: withItems(next.instances, instances) }
    if (conversations.length > 0) next = { ...next, conversations: withItems(next.conversations, conversations) }
    if (runs.length > 0) next = { ...next, runs: withRuns(next.runs, runs) }
  }
  for (const event of events) {
    if (event.type === 'instance' || event.type === 'conversation' || event.type === 'run') {
      pending.push(event)
      continue
    }
    if (event.type === 'instance-removed' || event.type === 'conversation-removed' || event.type === 'run-removed') settle()
    next = reducePool(next, event)
  }
  settle()
  return next
}
