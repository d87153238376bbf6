import { isPlace, type Admission } from '../gate/place.ts'
import { busyMeanwhile } from './instance-errors.ts'
import type { MessageTask } from './message-task.ts'
import type { PromptQueue } from './prompt-queue.ts'

export type PromptGateDeps = {
  instanceId: string
  queue: PromptQueue
  gate: Admission
  /** The conversations in which no message may begin now, each with the reason for the user to read. */
  holds: (conversationIds: readonly string[]) => Promise<ReadonlyMap<string, string>>
  /** True when a process would have to be started. */
  starts: () => boolean
  /** The answer may be another one now. */
  again: () => void
  /** What a conversation's messages wait for has changed. */
  onReason: (conversationId: string) => void
}

/** What stands between a prompt that waits and its turn: budgets and the pool's gate. Whatever does not pass says why. */
export class PromptGate {
  readonly #deps: PromptGateDeps

  constructor(deps: PromptGateDeps) {
    this.#deps = deps
  }

  /** Asks what budgets say of everything that waits. */
  async askBudgets(): Promise<void> {
    const { queue, holds } = this.#deps
    const ids = [...new Set(queue.waiting().map(({ conversationId }) => conversationId))]
    if (ids.length === 0) return
    const held = await holds(ids)
    this.#change(queue.waiting(), (item) => (item.heldBy = held.get(item.conversationId) ?? null))
  }

  /** Asks for a place for the first prompt that no budget holds; without one, all that might go say why they do not. */
  askForFirst(): void {
    const { queue, gate, instanceId } = this.#deps
    const first = queue.waiting().find(({ heldBy }) => heldBy === null)
    if (first) this.ask(first)
    else gate.forget(instanceId)
  }

  ask(first: MessageTask): void {
    const { queue, gate, instanceId, starts, again } = this.#deps
    const { priority, acceptedAt: since } = first
    const answer = gate.ask({ key: instanceId, instanceId, priority, since, starts: starts(), again })
    if (isPlace(answer)) first.place = answer
    const words = isPlace(answer) ? null : `${answer.words}.`
    const ready = queue.waiting().filter(({ heldBy }) => heldBy === null)
    this.#change(ready, (item) => (item.refusedBy = words))
  }

  /** What was let in and could not go after all gives its place back and waits like the others. */
  unsent(): void {
    for (const item of this.#deps.queue.waiting()) {
      if (item.place === null) continue
      item.place.giveBack()
      item.place = null
      if (item.ofQueue) this.#deps.queue.refuse(item, busyMeanwhile())
      else {
        item.waited = true
        item.storing = this.#deps.queue.store(item)
      }
    }
  }

  /** Everything that waits says this. */
  say(words: string): void {
    this.#change(this.#deps.queue.waiting(), (item) => (item.refusedBy = words))
  }

  /** Nothing of this instance may go now, whatever the gate says. */
  forget(): void {
    this.#deps.gate.forget(this.#deps.instanceId)
  }

  /** Changes why prompts wait, and tells of those of which something else is true now. */
  #change(items: readonly MessageTask[], change: (item: MessageTask) => void): void {
    const changed = new Set<string>()
    for (const item of items) {
      const { heldBy, refusedBy } = item
      change(item)
      if (item.stored && (item.heldBy !== heldBy || item.refusedBy !== refusedBy)) changed.add(item.conversationId)
    }
    for (const id of changed) this.#deps.onReason(id)
  }
}
