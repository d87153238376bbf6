import type { HeldMessage } from './held-message.ts'
import type { Topic } from './topic.ts'

/** A message that is taken, on its way to an answer. What happens to it happens one after the other. */
export class Delivery {
  readonly topic: Topic
  readonly message: HeldMessage
  readonly workerId: string
  readonly taskId: string
  /** Where the answer goes. */
  readonly output: string | null
  /** Why its task was cancelled by us. */
  ending: 'back' | 'time' | null = null
  #work: Promise<void> = Promise.resolve()
  #timeout: NodeJS.Timeout | undefined
  #retry: NodeJS.Timeout | undefined

  constructor(topic: Topic, message: HeldMessage, taken: { workerId: string; taskId: string; output: string | null }) {
    this.topic = topic
    this.message = message
    this.workerId = taken.workerId
    this.taskId = taken.taskId
    this.output = taken.output
  }

  /** Resolves when all that was begun has ended. */
  get settled(): Promise<void> {
    return this.#work
  }

  /** Does this after whatever is under way; what fails is tried again in a while. */
  run(work: () => Promise<void>, onFault: (thrown: unknown) => number): void {
    this.#work = this.#work.then(work).catch((thrown: unknown) => {
      const afterMs = onFault(thrown)
      clearTimeout(this.#retry)
      this.#retry = setTimeout(() => this.run(work, onFault), afterMs)
    })
  }

  /** The running turn may take so long. */
  limit(ms: number, onTime: () => void): void {
    clearTimeout(this.#timeout)
    this.#timeout = setTimeout(onTime, ms)
  }

  unlimited(): void {
    clearTimeout(this.#timeout)
  }

  stop(): void {
    clearTimeout(this.#timeout)
    clearTimeout(this.#retry)
  }
}
