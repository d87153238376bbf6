import type { TopicMessage, TopicMessageState, TopicPage, TopicPatch, TopicPost } from '../../../shared/domain/topic.ts'
import type { LinePlace } from '../storage/append-log.ts'
import { newId } from '../storage/id.ts'
import type { StoreWatch } from '../storage/json-store.ts'
import { parseJson } from '../storage/parse-json.ts'
import { viewOf, type HeldMessage } from './held-message.ts'
import { MessageIndex } from './message-index.ts'
import {
  messageLineSchema,
  stateLineSchema,
  type MessageLine,
  type MessageState,
  type StateLine,
  type StoredTopic,
  type Tally,
  type TopicEntry,
} from './topic-entry.ts'
import { TopicLog, type KeptLines } from './topic-log.ts'
import { keyUsed, noMessage, topicFull } from './topic-words.ts'

const dayMs = 86_400_000
/** Of messages that are done the newest are kept. */
const mostDone = 100_000

type NewMessage = TopicPost & { id?: string; from?: MessageLine['from'] }

/** A named line of messages. What is said of one is on disk before it counts; texts stay there. */
export class Topic {
  readonly name: string
  readonly #log: TopicLog
  readonly #index = new MessageIndex()
  /** Keys and ids of messages that are on their way to the disk. */
  readonly #entering = new Map<string, Promise<HeldMessage>>()
  #stored: StoredTopic
  #nextSeq = 1

  private constructor(path: string, stored: StoredTopic, watch: StoreWatch) {
    this.name = stored.name
    this.#stored = stored
    this.#log = new TopicLog(path, { lines: () => this.#kept(), size: () => this.#index.size }, watch)
  }

  /** Reads what is there; a topic that is new is written down. */
  static async open(path: string, stored: StoredTopic, watch: StoreWatch): Promise<Topic> {
    const topic = new Topic(path, stored, watch)
    let isNew = true
    const unread = await topic.#log.read((entry, place) => {
      if (entry.type === 'topic') isNew = false
      topic.#fold(entry, place)
    })
    for (const message of topic.#index.all()) message.isDoubtful = message.now.state === 'taken' || unread > 0
    if (isNew) await topic.#log.append(topic.#head(), { sync: true })
    topic.forgetOld()
    return topic
  }

  get config(): StoredTopic {
    return this.#stored
  }

  get counts(): Readonly<Record<TopicMessageState, number>> {
    return this.#index.counts
  }

  get isFull(): boolean {
    return this.counts.waiting + this.#entering.size >= this.#stored.mostWaiting
  }

  /** So many answers fit. */
  get room(): number {
    return this.#stored.mostWaiting - this.counts.waiting - this.#entering.size
  }

  rates(nowMs: number): { inPerMinute: number; donePerMinute: number } {
    return { inPerMinute: this.#index.entered.perMinute(nowMs), donePerMinute: this.#index.done.perMinute(nowMs) }
  }

  tallyOf(workerId: string): Tally {
    return this.#index.tallyOf(workerId)
  }

  async update(patch: TopicPatch): Promise<void> {
    const { description, mostWaiting, keepDays } = patch
    const next = {
      ...this.#stored,
      ...(description === undefined ? {} : { description }),
      ...(mostWaiting === undefined ? {} : { mostWaiting }),
      ...(keepDays === undefined ? {} : { keepDays }),
    }
    await this.#log.append({ type: 'topic', topic: next, nextSeq: this.#nextSeq }, { sync: true })
    this.#stored = next
  }

  /** Takes a message; resolves once it is on disk. Throws LIMIT_REACHED when it is full, STATE_CONFLICT for a key that was used for another. */
  async post(message: TopicPost): Promise<HeldMessage> {
    const { key } = message
    if (key === undefined) return this.#enter(message, newId('tmsg'))
    return this.#once(`key ${key}`, () => this.#index.withKey(key), message)
  }

  /** Takes an answer under an id of its own, once however often it is put here. There was room for it when its question was taken. */
  put(message: NewMessage & { id: string }): Promise<HeldMessage> {
    return this.#once(message.id, () => this.#index.find(message.id), message)
  }

  first(): HeldMessage | undefined {
    return this.#index.line.first()
  }

  find(id: string): HeldMessage | undefined {
    return this.#index.find(id)
  }

  /** Throws NOT_FOUND. */
  get(id: string): HeldMessage {
    const message = this.#index.find(id)
    if (!message) throw noMessage(this.name)
    return message
  }

  /** All that are in this state, in their order. */
  inState(state: TopicMessageState): HeldMessage[] {
    return [...this.#index.all()].filter(({ now }) => now.state === state)
  }

  /** A page of its messages, after the place that the cursor says. */
  async page({ state, sort, cursor, limit, textLimit }: TopicPage): Promise<{ items: TopicMessage[]; nextCursor: string | null }> {
    const isNewest = sort === 'newest'
    const after = cursor === undefined ? null : Number(cursor)
    const found: HeldMessage[] = []
    for (const message of isNewest ? [...this.#index.all()].toReversed() : this.#index.all()) {
      const isBefore = after !== null && (isNewest ? message.seq >= after : message.seq <= after)
      if (isBefore || (state !== undefined && message.now.state !== state)) continue
      found.push(message)
      if (found.length > limit) break
    }
    const shown = found.slice(0, limit)
    const items = (await this.#read(shown)).map((message) => clipped(message, textLimit))
    const last = shown.at(-1)
    return { items, nextCursor: found.length > limit && last ? String(last.seq) : null }
  }

  /** A message with its texts. */
  async view(message: HeldMessage): Promise<TopicMessage> {
    const [view] = await this.#read([message])
    if (!view) throw noMessage(this.name)
    return view
  }

  /** It stands first no more: somebody is about to take it. Nothing is on disk yet. */
  takeOut(message: HeldMessage): void {
    this.#index.line.remove(message)
  }

  /** Nobody took it after all. */
  putBack(message: HeldMessage): void {
    this.#index.line.add(message)
  }

  /** What becomes of a message: on disk first, then it counts. What is not synced may be lost with the machine's power. */
  async record(
    message: HeldMessage,
    change: Partial<MessageState>,
    { answer = null, sync = true }: { answer?: string | null; sync?: boolean } = {},
  ): Promise<void> {
    const line: StateLine = { type: 'state', seq: message.seq, at: new Date().toISOString(), ...message.now, ...change, answer }
    const place = await this.#log.append(line, { sync })
    this.#index.apply(message, line, place)
    this.#log.tidy()
  }

  /** Removes messages for good. */
  async drop(messages: readonly HeldMessage[]): Promise<void> {
    if (messages.length === 0) return
    await this.#log.append({ type: 'gone', seqs: messages.map(({ seq }) => seq) }, { sync: true })
    for (const message of messages) this.#index.forget(message)
    this.#log.tidy()
  }

  /** Messages that were done long ago are kept no longer. */
  forgetOld(nowMs = Date.now()): void {
    const oldest = nowMs - this.#stored.keepDays * dayMs
    let over = this.counts.done - mostDone
    for (const message of this.#index.all()) {
      if (message.now.state !== 'done' || (message.endedAtMs >= oldest && over <= 0)) continue
      this.#index.forget(message)
      over -= 1
    }
    this.#log.tidy()
  }

  onceWritable(again: () => void): void {
    this.#log.onceWritable(again)
  }

  close(): Promise<void> {
    return this.#log.close()
  }

  /** Removes it and all its messages. */
  remove(): Promise<void> {
    return this.#log.remove()
  }

  /** Puts a message here unless it is here, or on its way, under that name. */
  async #once(name: string, known: () => HeldMessage | undefined, message: NewMessage): Promise<HeldMessage> {
    for (let entering = this.#entering.get(name); entering; entering = this.#entering.get(name)) {
      const before = await entering.catch(() => null)
      if (before) return this.#same(before, message)
    }
    const before = known()
    return before ? this.#same(before, message) : this.#enter(message, name)
  }

  #enter(message: NewMessage, name: string): Promise<HeldMessage> {
    // Its source was taken when there was room for its answer.
    const mustFit = message.id === undefined
    if (mustFit && this.isFull) throw topicFull(this.#stored, this.counts.waiting, this.rates(Date.now()).donePerMinute)
    const written = this.#write({ ...message, id: message.id ?? newId('tmsg') })
    this.#entering.set(name, written)
    return written.finally(() => this.#entering.delete(name))
  }

  async #write({
    id,
    text,
    data,
    key = null,
    from = null,
  }: Omit<NewMessage, 'id' | 'key'> & { id: string; key?: string | null | undefined }) {
    const seq = this.#nextSeq
    this.#nextSeq += 1
    const at = new Date().toISOString()
    const line: MessageLine = { type: 'message', seq, id, text, ...(data === undefined ? {} : { data }), key, from, at }
    const message = this.#index.add(line, await this.#log.append(line, { sync: true }))
    this.#log.tidy()
    return message
  }

  /** What was put here under a key before, if it is the same. */
  async #same(message: HeldMessage, { key, text, data }: NewMessage): Promise<HeldMessage> {
    if (key === undefined) return message
    const before = await this.view(message)
    if (before.text !== text || JSON.stringify(before.data) !== JSON.stringify(data)) throw keyUsed(key, message.id)
    return message
  }

  #read(messages: readonly HeldMessage[]): Promise<TopicMessage[]> {
    const places = () => messages.flatMap(({ place, last }) => (last === null ? [place] : [place, last]))
    return this.#log.linesAt(places, (texts) => {
      let at = 0
      const views: TopicMessage[] = []
      for (const message of messages) {
        const own = messageLineSchema.safeParse(parseJson(texts[at] ?? ''))
        const state = message.last === null ? null : stateLineSchema.safeParse(parseJson(texts[at + 1] ?? ''))
        at += message.last === null ? 1 : 2
        if (own.data?.seq !== message.seq || (state !== null && state.data?.seq !== message.seq)) return null
        views.push(viewOf(message, own.data, state?.data ?? null, this.name))
      }
      return views
    })
  }

  #fold(entry: TopicEntry, place: LinePlace): void {
    if (entry.type === 'message') this.#nextSeq = Math.max(this.#nextSeq, entry.seq + 1)
    if (entry.type !== 'topic') return this.#index.fold(entry, place)
    // The file's name is the topic's: a copy of one is another.
    this.#stored = { ...entry.topic, name: this.name }
    this.#nextSeq = Math.max(this.#nextSeq, entry.nextSeq)
  }

  #head(): TopicEntry {
    return { type: 'topic', topic: this.#stored, nextSeq: this.#nextSeq }
  }

  #kept(): KeptLines {
    return { head: this.#head(), tail: this.#index.tally(), messages: [...this.#index.all()] }
  }
}

function clipped(message: TopicMessage, limit: number | undefined): TopicMessage {
  return limit === undefined ? message : { ...message, text: message.text.slice(0, limit), answer: message.answer?.slice(0, limit) ?? null }
}
