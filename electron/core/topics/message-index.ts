import type { TopicMessageState } from '../../../shared/domain/topic.ts'
import type { LinePlace } from '../storage/append-log.ts'
import { HeldMessage, isOver } from './held-message.ts'
import { Rate } from './rate.ts'
import { stateOf, type MessageLine, type MessageState, type StateLine, type Tally, type TopicEntry } from './topic-entry.ts'
import { WaitingLine } from './waiting-line.ts'

const nothingDone: Tally = { done: 0, failed: 0, costUsd: 0 }

/** All messages of a topic in memory, and what is counted of them. */
export class MessageIndex {
  readonly counts: Record<TopicMessageState, number> = { waiting: 0, taken: 0, done: 0, dead: 0 }
  readonly line = new WaitingLine()
  readonly entered = new Rate()
  readonly done = new Rate()
  readonly #messages = new Map<string, HeldMessage>()
  readonly #bySeq = new Map<number, HeldMessage>()
  readonly #keys = new Map<string, HeldMessage>()
  readonly #tallies = new Map<string, Tally>()

  get size(): number {
    return this.#messages.size
  }

  /** In their order. */
  all(): Iterable<HeldMessage> {
    return this.#messages.values()
  }

  find(id: string): HeldMessage | undefined {
    return this.#messages.get(id)
  }

  withKey(key: string): HeldMessage | undefined {
    return this.#keys.get(key)
  }

  tallyOf(workerId: string): Tally {
    return this.#tallies.get(workerId) ?? nothingDone
  }

  /** What workers have done, as an entry of the file. */
  tally(): TopicEntry {
    return { type: 'tally', workers: Object.fromEntries(this.#tallies) }
  }

  add(line: MessageLine, place: LinePlace): HeldMessage {
    const message = new HeldMessage(line, place)
    this.#messages.set(line.id, message)
    this.#bySeq.set(line.seq, message)
    if (line.key !== null) this.#keys.set(line.key, message)
    this.counts.waiting += 1
    this.line.add(message)
    this.entered.add(Date.parse(line.at))
    return message
  }

  /** What a line of the file says of the messages that are there. */
  fold(entry: TopicEntry, place: LinePlace): void {
    if (entry.type === 'message') this.add(entry, place)
    if (entry.type === 'tally') for (const [id, tally] of Object.entries(entry.workers)) this.#tallies.set(id, tally)
    if (entry.type === 'gone') for (const seq of entry.seqs) this.forget(this.#bySeq.get(seq))
    const message = entry.type === 'state' ? this.#bySeq.get(entry.seq) : undefined
    if (message && entry.type === 'state') this.apply(message, entry, place)
  }

  apply(message: HeldMessage, line: StateLine, place: LinePlace): void {
    const state = stateOf(line)
    const before = message.now
    const atMs = Date.parse(line.at)
    if (isOver(state) && !isOver(before)) this.#count(state, state.costUsd - before.costUsd)
    if (state.state === 'done' && before.state !== 'done') this.done.add(atMs)
    message.become(state, atMs, place)
    this.counts[before.state] -= 1
    this.counts[state.state] += 1
    if (before.state === 'waiting') this.line.remove(message)
    if (state.state === 'waiting') this.line.add(message)
  }

  forget(message: HeldMessage | undefined): void {
    if (!message) return
    this.counts[message.now.state] -= 1
    if (message.now.state === 'waiting') this.line.remove(message)
    this.#messages.delete(message.id)
    this.#bySeq.delete(message.seq)
    if (message.key !== null) this.#keys.delete(message.key)
  }

  #count({ workerId, state }: MessageState, costUsd: number): void {
    if (workerId === null) return
    const { done, failed, costUsd: before } = this.tallyOf(workerId)
    const isDone = state === 'done'
    this.#tallies.set(workerId, { done: done + (isDone ? 1 : 0), failed: failed + (isDone ? 0 : 1), costUsd: before + costUsd })
  }
}
