import { createStore, type StoreApi } from 'zustand/vanilla'
import type { TopicMessage, TopicPage } from '../../../shared/domain/topic.ts'

type Page = { items: TopicMessage[]; nextCursor: string | null }
export type FetchPage = (place: { cursor?: string; limit: number }) => Promise<Page>

export type MessageListState = {
  /** From the first on, as far as they were read. */
  items: readonly TopicMessage[]
  /** There are more behind them. */
  hasMore: boolean
  loaded: boolean
  problem: string | null
}

const pageSize = 100
/** Read again beyond what is in sight. */
const margin = 20
const mostAtOnce = 500

/** Messages of a topic, read page by page as one scrolls; what is in sight is read again when the topic has changed. */
export class MessageList {
  readonly store: StoreApi<MessageListState> = createStore(() => ({ items: [], hasMore: true, loaded: false, problem: null }))
  readonly #fetch: FetchPage
  readonly #sort: TopicPage['sort']
  readonly #explain: (thrown: unknown) => string
  #seen: [from: number, to: number] = [0, pageSize - 1]
  #busy = false
  #isStale = false
  #wantsMore = false

  constructor(fetch: FetchPage, sort: TopicPage['sort'], explain: (thrown: unknown) => string) {
    this.#fetch = fetch
    this.#sort = sort
    this.#explain = explain
  }

  /** Says which rows are in view. */
  see(from: number, to: number): void {
    const before = this.#seen
    this.#seen = [from, to]
    // What was elsewhere when the topic changed was not read again.
    if (Math.abs(from - before[0]) > margin) this.refresh()
  }

  /** Reads the next page. */
  more(): void {
    if (!this.store.getState().hasMore) return
    this.#wantsMore = true
    void this.#work()
  }

  /** Reads again what is in view: the topic has changed. */
  refresh(): void {
    this.#isStale = true
    void this.#work()
  }

  /** One call after the other, so that an older answer never takes the place of a newer one. */
  async #work(): Promise<void> {
    if (this.#busy) return
    this.#busy = true
    try {
      while (this.#isStale || this.#wantsMore) await this.#next()
    } catch (thrown) {
      this.#isStale = false
      this.#wantsMore = false
      this.store.setState({ problem: this.#explain(thrown), loaded: true })
    } finally {
      this.#busy = false
    }
  }

  async #next(): Promise<void> {
    const { items } = this.store.getState()
    if (this.#isStale) {
      this.#isStale = false
      const from = Math.min(Math.max(0, this.#seen[0] - margin), items.length)
      const wanted = Math.max(pageSize, this.#seen[1] + margin - from + 1)
      return this.#read(from, Math.min(mostAtOnce, wanted))
    }
    this.#wantsMore = false
    return this.#read(items.length, pageSize)
  }

  async #read(from: number, limit: number): Promise<void> {
    const before = this.store.getState().items[from - 1]
    const page = await this.#fetch({ limit, ...(before ? { cursor: String(before.seq) } : {}) })
    const { items, hasMore } = this.store.getState()
    const last = page.items.at(-1)
    const behind = page.nextCursor === null || !last ? [] : items.slice(from).filter(({ seq }) => this.#isBehind(seq, last.seq))
    this.store.setState({
      items: [...items.slice(0, from), ...page.items, ...behind],
      hasMore: behind.length > 0 ? hasMore : page.nextCursor !== null,
      loaded: true,
      problem: null,
    })
  }

  #isBehind(seq: number, last: number): boolean {
    return this.#sort === 'newest' ? seq < last : seq > last
  }
}
