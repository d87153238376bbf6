import { join } from 'node:path'
import { AppError, toAppError } from '../../../shared/app-error.ts'
import type { SearchHit, SearchIndex } from '../../../shared/domain/search.ts'
import type { Log } from '../log.ts'
import type { Problems } from '../storage/problems.ts'
import type { Known } from './match.ts'
import type { Report, WorkerData } from './protocol.ts'
import { QueryLine } from './query-line.ts'
import { startSearchThread, type SearchThread } from './search-thread.ts'
import type { Answer, FindInput } from './searcher.ts'
import { sessionOf, type Source } from './source.ts'
import { breathe } from '../storage/breathe.ts'

export type SearchOptions = {
  /** The data folder; the index lies in `search/` below it. */
  folder: string
  /** Everything that is to be searchable. */
  sources: () => Source[]
  /** Resolves when `sources` are complete; before that, one that is missing is not one that has gone. */
  ready: Promise<unknown>
  /** One of them by its key; null when there is no such any more. */
  source: (key: string) => Source | null
  /** Whether a conversation of ours holds this session, so that it is searched there. */
  isHeld: (sessionId: string) => boolean
  instances: () => Known[]
  /** The conversations of a source and a target; either may be left out. */
  conversationsOf: (pair: Pair) => Promise<string[]>
  log: Log
  /** Is told when one of the threads has died. */
  problems?: Problems | undefined
}

export type SearchPage = { items: SearchHit[]; nextCursor: string | null; notes: string[]; inside: boolean; index: SearchIndex }
type Pair = { source?: string | undefined; target?: string | undefined }
export type SearchQuestion = Omit<FindInput, 'instances' | 'keys'> & Pair

type Opened = Extract<Report, { type: 'opened' }>

const touchMs = 5
const sourcesAtOnce = 500
/** A thread that does not open by then goes on trying; others do not wait for it. */
const openMs = 30_000
/** An index that is damaged again and again is a broken disk: then it stays as it is. */
const maxRebuilds = 3

const reasons: Readonly<Record<string, string>> = {
  missing: 'The search index was missing, so it is made anew.',
  damaged: 'The search index was damaged, so it is made anew.',
  version: 'This version of Bullpen needs another search index, so it is made anew.',
  changed: 'The search index was changed by another program, so it is made anew.',
  asked: 'The search index is made anew, as you asked.',
}

/**
 * Full text over everything that was ever said. The index is derived from the files: whatever is wrong with it, it is made anew
 * while searching goes on with what is there. One thread writes, one answers, and one looks through it after a crash.
 */
export class Search {
  readonly #options: SearchOptions
  readonly #path: string
  readonly #searching = new SharedArrayBuffer(4)
  readonly #line: QueryLine
  #writer: SearchThread | null = null
  #verifier: SearchThread | null = null
  #status: SearchIndex = { state: 'opening', done: 0, total: 0, messages: 0, cut: 0, rebuilt: null, problem: null }
  #touched = new Set<string>()
  /** Sessions that conversations among those touched have taken over. */
  readonly #handedOver = new Set<string>()
  #timer: NodeJS.Timeout | null = null
  #rebuilds = 0
  #steps: Promise<void> = Promise.resolve()
  #closed = false
  readonly #ended = Promise.withResolvers<null>()

  private constructor(options: SearchOptions) {
    this.#options = options
    this.#path = join(options.folder, 'search', 'index.db')
    this.#line = new QueryLine({
      start: (onReport) => this.#startThread('query', () => false, onReport),
      searching: new Int32Array(this.#searching),
      onDamaged: (message) => this.#rebuildFor('damaged', message),
    })
  }

  /** Begins in the background: the app does not wait for its index. */
  static open(options: SearchOptions): Search {
    const search = new Search(options)
    void search.#step(() => search.#start(false))
    return search
  }

  status(): SearchIndex {
    return this.#status
  }

  /** Throws LIMIT_REACHED where a search takes too long or too many wait. A search whose `signal` is aborted is not made. */
  async find({ source, target, ...question }: SearchQuestion, signal?: AbortSignal): Promise<SearchPage> {
    if (this.#status.problem !== null && this.#status.state === 'failed') throw new AppError('STATE_CONFLICT', this.#status.problem)
    const instances = this.#options.instances().map(({ id, name }) => ({ id, name }))
    const anyPair = source === undefined && target === undefined
    const input = { ...question, instances, ...(anyPair ? {} : { keys: await this.#options.conversationsOf({ source, target }) }) }
    const answer = await this.#line.ask(input, signal)
    const { items, ...rest } = answer
    return { ...rest, items: items.flatMap((item) => this.#hitOf(item)), index: this.#status }
  }

  /** Something was added to it, or it has moved. */
  touch(key: string): void {
    this.#touched.add(key)
    this.#timer ??= setTimeout(() => this.#sendTouched(), touchMs)
  }

  /** It is no more. */
  remove(key: string): void {
    this.#touched.delete(key)
    this.#writer?.tell({ type: 'remove', keys: [key] })
  }

  /** It is no more, or a conversation of ours, the `holder`, has all of it now. */
  removeSession(sessionId: string, holder: string | null = null): void {
    if (holder === null) return this.#writer?.tell({ type: 'remove-session', sessionId })
    this.#handedOver.add(sessionId)
    return this.touch(holder)
  }

  /** Compares everything with the index: for when much has changed at once. */
  sync(): void {
    void this.#step(() => this.#sync())
  }

  /** Makes the index anew; resolves once it is being filled. */
  async rebuild(): Promise<SearchIndex> {
    this.#rebuilds = 0
    await this.#step(() => this.#startAnew('asked'))
    return this.#status
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#ended.resolve(null)
    if (this.#timer) clearTimeout(this.#timer)
    await this.#steps
    await this.#stop()
  }

  #startThread(role: WorkerData['role'], fresh: () => boolean, onReport?: (report: Report) => void): SearchThread {
    const { log, problems } = this.#options
    const data = () => ({ role, path: this.#path, fresh: fresh(), searching: this.#searching })
    return startSearchThread({ data, log, problems, ...(onReport ? { onReport } : {}) })
  }

  async #start(fresh: boolean): Promise<void> {
    if (this.#closed) return
    const first = Promise.withResolvers<Opened | null>()
    let awaited = true
    let isOpen = false
    const writer = this.#startThread(
      'index',
      () => fresh && !isOpen,
      (report) => {
        if (this.#writer !== writer) return
        if (report.type === 'opened' && awaited) first.resolve(report)
        else if (report.type === 'opened') void this.#step(() => this.#opened(report, false))
        else this.#take(report)
        if (report.type === 'opened') isOpen = true
        if (report.type === 'fault') first.resolve(null)
      },
    )
    this.#writer = writer
    const timer = setTimeout(() => first.resolve(null), openMs)
    const opened = await Promise.race([first.promise, this.#ended.promise])
    clearTimeout(timer)
    awaited = false
    if (opened) await this.#opened(opened, fresh)
  }

  /** The index is there, at the start or after its thread has died: what has happened since is told to it. */
  async #opened(opened: Opened, fresh: boolean): Promise<void> {
    if (this.#closed) return
    const renewed = opened.renewed !== null && !(opened.renewed === 'missing' && this.#options.sources().length === 0)
    if (renewed) this.#options.log.info({ reason: opened.renewed }, 'the search index is made anew')
    this.#set({
      state: opened.unsure ? 'checking' : 'building',
      messages: opened.messages,
      problem: null,
      ...(renewed && !fresh ? { rebuilt: reasons[opened.renewed ?? ''] ?? null } : {}),
    })
    this.#line.open()
    if (opened.unsure) void this.#verify()
    await Promise.race([this.#options.ready.catch(() => undefined), this.#ended.promise])
    if (!this.#closed) await this.#sync()
  }

  async #sync(): Promise<void> {
    const sources = this.#options.sources()
    for (let from = 0; from < sources.length || from === 0; from += sourcesAtOnce) {
      const last = from + sourcesAtOnce >= sources.length
      this.#writer?.tell({ type: 'sync', sources: sources.slice(from, from + sourcesAtOnce), last })
      await breathe()
    }
  }

  /** Looks through the index once; what is found means a new one. Never rejects. */
  async #verify(): Promise<void> {
    if (this.#verifier) return
    const verifier = this.#startThread('verify', () => false)
    this.#verifier = verifier
    try {
      const finding = await verifier.call('verify', null, { limitMs: null })
      if (finding !== null) this.#rebuildFor('damaged', finding)
    } catch (thrown) {
      if (!this.#closed) this.#options.log.warn({ err: thrown }, 'the search index could not be checked')
    }
    await verifier.kill()
    if (this.#verifier !== verifier) return
    this.#verifier = null
    this.#writer?.tell({ type: 'hold', held: false })
  }

  #take(report: Report): void {
    if (report.type === 'progress') {
      const { done, total, messages, cut } = report
      const state = this.#verifier === null ? report.state : 'checking'
      this.#set({ state, done, total, messages, cut, problem: null })
    } else if (report.type === 'fault') this.#fault(report.fault, report.message)
  }

  #fault(fault: Extract<Report, { type: 'fault' }>['fault'], message: string): void {
    if (fault === 'damaged') return this.#rebuildFor('damaged', message)
    this.#options.log.warn({ fault, reason: message }, 'the search index cannot be written')
    if (fault === 'busy') return undefined
    return this.#set({ problem: problems[fault] ?? `${problems['other'] ?? ''} (${message})` })
  }

  #rebuildFor(reason: 'damaged', message: string): void {
    if (this.#closed) return
    this.#rebuilds += 1
    this.#options.log.warn({ reason: message }, 'the search index is damaged')
    if (this.#rebuilds <= maxRebuilds) void this.#step(() => this.#startAnew(reason))
    else this.#set({ state: 'failed', problem: `The search index cannot be kept: ${message}. Look at the disk, then choose Rebuild.` })
  }

  async #startAnew(reason: 'damaged' | 'asked'): Promise<void> {
    await this.#stop()
    this.#set({ state: 'opening', done: 0, total: 0, messages: 0, cut: 0, rebuilt: reasons[reason] ?? null, problem: null })
    await this.#start(true)
  }

  async #stop(): Promise<void> {
    await this.#line.close()
    await this.#verifier?.kill()
    await this.#writer?.close()
    this.#verifier = null
    this.#writer = null
  }

  /** One thing after the other: an index is never opened while another is being closed. */
  #step(step: () => Promise<void>): Promise<void> {
    this.#steps = this.#steps.then(step).catch((thrown: unknown) => {
      this.#options.log.error({ err: thrown }, 'the search index')
      this.#set({ state: 'failed', problem: toAppError(thrown).message })
    })
    return this.#steps
  }

  #sendTouched(): void {
    this.#timer = null
    const sources = [...this.#touched].flatMap((key) => this.#options.source(key) ?? [])
    this.#touched = new Set()
    if (sources.length > 0) this.#writer?.tell({ type: 'touch', sources })
    for (const sessionId of this.#handedOver) this.#writer?.tell({ type: 'remove-session', sessionId })
    this.#handedOver.clear()
  }

  /** What has gone since it was indexed is not shown. */
  #hitOf(found: Answer['items'][number]): SearchHit[] {
    const { key, kind: _, at, archived, instance, ...rest } = found
    const sessionId = sessionOf(key)
    // Until its conversation is in the index too, a session that was opened is still found here.
    if (this.#options.source(key) === null && (sessionId === null || !this.#options.isHeld(sessionId))) return []
    const place = { conversationId: sessionId === null ? key : null, sessionId }
    return [{ ...place, ...rest, at: new Date(at).toISOString(), state: archived ? 'archived' : 'active', instanceId: instance }]
  }

  #set(change: Partial<SearchIndex>): void {
    this.#status = { ...this.#status, ...change }
  }
}

const problems: Readonly<Record<string, string>> = {
  full: 'The disk is full, so new messages are not searchable yet. Free some space; it goes on by itself.',
  readonly: 'The search index cannot be written. Change the permissions of the data folder; indexing then continues by itself.',
  other: 'The search index could not be written. Bullpen will retry.',
}
