import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Decision } from '../../shared/domain/approval.ts'
import type { ConversationEvent } from '../../shared/domain/event.ts'
import type { Message } from '../../shared/domain/message.ts'
import { oncePerFrame } from './thread-frame.ts'
import { withLatestPage, withNewerPage, withOlderPage, withPageAround, withTurns } from './thread-messages.ts'
import { reduceThreadAll, withApproval } from './thread-reducer.ts'
import type { ThreadSource } from './thread-source.ts'
import { toast } from './toasts.ts'
import { emptyThread, type ApprovalOutcome, type ThreadState } from './thread-state.ts'

/** A thread as a screen sees it: its content, and how far it has come. */
export type ThreadView = ThreadState & {
  /** The first page has not come yet. */
  loading: boolean
  loadingOlder: boolean
  loadingNewer: boolean
  /**
   * The message to be shown; `count` changes whenever it is to be shown again. `offset`: it is where the reader was, so many pixels below
   * the top of the list, and nothing that was asked for.
   */
  focus: { messageId: string; count: number; offset?: number } | null
  /** Why the conversation, or more of it, cannot be shown. */
  error: string | null
  /** False while the stream of events is being opened again. */
  live: boolean
  /** Counts how often the messages were replaced as a whole, so that a list starts anew. */
  generation: number
}

const firstPage = 80
const aroundPage = 80
const olderPage = 200
const firstTurns = 100
const moreTurns = 500
const retryMs = [250, 500, 1000, 2000, 4000] as const

/**
 * One open conversation: its newest messages, older ones when asked for, and what happens in it, drawn at
 * most once per frame. The stream is opened again by itself when it breaks, without a gap or a repeat.
 */
export class Thread {
  readonly id: string
  readonly store: StoreApi<ThreadView>
  readonly #source: ThreadSource
  readonly #end = new AbortController()
  readonly #frame = oncePerFrame(
    () => this.#flush(),
    () => this.isShown,
  )
  /** It is on the screen. */
  isShown = false
  #buffer: ConversationEvent[] = []
  #lastEventId: string | undefined
  /** Which place of the conversation is wanted: an answer for an earlier one has come too late. */
  #place = 0
  #fetching: number | null = null
  #showing = false
  #allTurns = false

  /** Begins with the newest messages, or around one; `offset` as in its focus. */
  constructor(id: string, source: ThreadSource, around?: string, offset?: number) {
    this.id = id
    this.#source = source
    this.store = createStore<ThreadView>(() => ({
      ...emptyThread,
      loading: true,
      loadingOlder: false,
      loadingNewer: false,
      focus: null,
      error: null,
      live: false,
      generation: 0,
    }))
    void this.#follow()
    if (around === undefined) void this.#fetchLatest()
    // What was asked for is seen first; how the newest turns ended can wait.
    void (around === undefined ? Promise.resolve() : this.show(around, offset)).then(() => this.#fetchTurns(firstTurns))
  }

  close(): void {
    this.#end.abort()
    this.#frame.close()
  }

  /** Fetches the next older page; does nothing at the beginning or while one is on its way. */
  async loadOlder(): Promise<void> {
    const { older, loadingOlder } = this.store.getState()
    if (loadingOlder || older === null || older === undefined) return
    this.store.setState({ loadingOlder: true })
    try {
      const page = await this.#source.messages({ id: this.id, before: Number(older), limit: olderPage })
      if (this.#end.signal.aborted) return
      // The messages may have been replaced meanwhile; then this page has no place any more.
      this.store.setState((state) => ({ ...(state.older === older ? withOlderPage(state, page) : {}), loadingOlder: false }))
      if (!this.#allTurns) void this.#fetchTurns(moreTurns)
      this.#allTurns = true
    } catch (thrown) {
      this.store.setState({ error: this.#source.explain(thrown).message, loadingOlder: false })
    }
  }

  /** Fetches what follows; does nothing at the end or while it is on its way. */
  async loadNewer(): Promise<void> {
    const { newer, loadingNewer, messages, generation } = this.store.getState()
    const last = messages.at(-1)
    if (!newer || loadingNewer || !last) return
    this.store.setState({ loadingNewer: true })
    try {
      const page = await this.#source.messages({ id: this.id, after: last.seq, limit: olderPage })
      if (this.#end.signal.aborted) return
      this.store.setState((state) => ({ ...(state.generation === generation ? withNewerPage(state, page) : {}), loadingNewer: false }))
      // Something may have been said between the answer and now.
      if (!this.store.getState().newer) void this.#fetchLatest()
    } catch (thrown) {
      this.store.setState({ error: this.#source.explain(thrown).message, loadingNewer: false })
    }
  }

  /** Goes to a message, given by its id, its uuid in Claude's transcript or the turn that it begins, however far away it is. */
  async show(messageId: string, offset?: number): Promise<void> {
    if (this.#focusOn(messageId, offset)) return
    const place = (this.#place += 1)
    this.#showing = true
    try {
      const page = await this.#source.messages({ id: this.id, around: messageId, limit: aroundPage })
      if (this.#end.signal.aborted || place !== this.#place) return
      this.#showing = false
      this.store.setState((state) => ({
        ...withPageAround(state, page),
        // The page was made around the message that was asked for, so a turn does not begin before it.
        focus: focusOf(page.items, messageId, { ...state, older: null }, offset),
        loading: false,
        error: null,
        generation: state.generation + 1,
      }))
    } catch (thrown) {
      if (this.#end.signal.aborted || place !== this.#place) return
      this.#showing = false
      // Nobody has asked for where they were.
      if (offset === undefined) toast(this.#source.explain(thrown).message, 'warning')
      const { messages, missing } = this.store.getState()
      if (messages.length === 0 || missing !== null) void this.#fetchLatest()
    }
  }

  /** Back to the newest messages. */
  async toLatest(): Promise<void> {
    const { newer } = this.store.getState()
    this.store.setState({ focus: null })
    if (!newer) return
    this.#place += 1
    this.#showing = false
    this.store.setState((state) => ({ messages: [], older: undefined, newer: false, missing: null, generation: state.generation + 1 }))
    await this.#fetchLatest()
  }

  #focusOn(messageId: string, offset: number | undefined): boolean {
    const state = this.store.getState()
    const focus = focusOf(state.messages, messageId, state, offset)
    if (focus) this.store.setState({ focus })
    return focus !== null
  }

  /** Shows at once how the user has answered; the event that confirms it keeps the message. */
  noteDecision(approvalId: string, outcome: ApprovalOutcome, decision: Decision | undefined): void {
    this.store.setState((state) => {
      const known = state.approvals.get(approvalId)
      return known
        ? { approvals: withApproval(state.approvals, { approval: known.approval, outcome, ...(decision ? { decision } : {}) }) }
        : {}
    })
  }

  /** Tries again after an error. */
  retry(): void {
    this.store.setState({ error: null })
    void this.#fetchLatest()
  }

  async #follow(): Promise<void> {
    const { signal } = this.#end
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      try {
        for await (const { id, event } of this.#source.events({ id: this.id, lastEventId: this.#lastEventId, signal })) {
          if (signal.aborted) return
          attempt = 0
          this.#lastEventId = id ?? this.#lastEventId
          if (!this.store.getState().live) this.store.setState({ live: true })
          this.#buffer.push(event)
          this.#frame.ask()
        }
      } catch (thrown) {
        if (signal.aborted) return
        const { message, final } = this.#source.explain(thrown)
        if (final) {
          this.store.setState({ error: message, live: false, loading: false })
          return
        }
      }
      this.store.setState({ live: false })
      await pause(retryMs[Math.min(attempt, retryMs.length - 1)] ?? 4000, signal)
    }
  }

  #flush(): void {
    const events = this.#buffer
    this.#buffer = []
    if (events.length === 0 || this.#end.signal.aborted) return
    this.store.setState((state) => reduceThreadAll(state, events))
    if (this.store.getState().missing !== null && !this.#showing) void this.#fetchLatest()
  }

  /** Goes on until nothing is missing: a gap may open again while a page is on its way. */
  async #fetchLatest(): Promise<void> {
    const place = this.#place
    if (this.#fetching === place) return
    this.#fetching = place
    try {
      do {
        const asked = this.store.getState().missing
        const page = await this.#source.messages({ id: this.id, limit: firstPage })
        if (this.#end.signal.aborted || place !== this.#place) return
        this.store.setState((state) => {
          const next = withLatestPage(state, page, asked)
          const goesOn = state.messages.length === 0 || next.messages[0]?.seq === state.messages[0]?.seq
          return { ...next, loading: false, error: null, generation: state.generation + (goesOn ? 0 : 1) }
        })
      } while (this.store.getState().missing !== null)
    } catch (thrown) {
      if (!this.#end.signal.aborted) this.store.setState({ error: this.#source.explain(thrown).message, loading: false })
    } finally {
      if (this.#fetching === place) this.#fetching = null
    }
  }

  async #fetchTurns(limit: number): Promise<void> {
    try {
      const { items } = await this.#source.turns({ id: this.id, limit })
      if (!this.#end.signal.aborted) this.store.setState((state) => withTurns(state, items))
    } catch {
      // How turns ended is then not shown; the messages, which say more, have their own error.
    }
  }
}

function focusOf(messages: readonly Message[], asked: string, { focus, older }: ThreadView, offset?: number): ThreadView['focus'] {
  const turnAt = messages.findIndex(({ turnId }) => turnId === asked)
  // Where the page begins in the middle of the turn, its first message lies further up.
  const first = turnAt > 0 || older === null ? messages[turnAt] : undefined
  const message = messages.find(({ id, claudeUuid }) => id === asked || claudeUuid === asked) ?? first
  return message ? { messageId: message.id, count: (focus?.count ?? 0) + 1, ...(offset === undefined ? {} : { offset }) } : null
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
  })
}
