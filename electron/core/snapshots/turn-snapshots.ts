import { toAppError } from '../../../shared/app-error.ts'
import type { Log } from '../log.ts'
import { OneByOne } from './one-by-one.ts'
import type { SnapshotEdge, TakeRequest } from './snapshot.ts'
import type { Snapshots } from './snapshots.ts'

export type TurnSnapshotsDeps = {
  snapshots: Snapshots
  /** The files of a conversation's folder were looked at after it has worked. */
  onTaken: (conversationId: string) => void
  log: Log
  /** How long a call of a tool waits for a snapshot, in milliseconds. */
  waitMs?: number
  /** How long after an instance has come up its folder is looked at, in milliseconds. */
  aheadMs?: number
}

type Turn = { conversationId: string; turnId: string }
type Place = { folder: string; isRepository: boolean }
/** A look at a folder that the calls of a turn wait for. `overAt`: when it was over (monotonic), or null. */
type Look = { request: TakeRequest; place: Place | null; done: Promise<void>; overAt: number | null }
/** `begin`: has its folder looked at, unless it is being looked at already. `changes`: it has called what may change files. */
type Work = { turn: Turn; looks: Map<string, Look>; begin: () => void; changes: boolean }

/** Tools that change no files. */
const harmless = new Set([
  'Read',
  'Grep',
  'Glob',
  'LS',
  'WebFetch',
  'WebSearch',
  'ToolSearch',
  'TodoWrite',
  'TaskCreate',
  'TaskUpdate',
  'TaskList',
  'TaskGet',
  'TaskOutput',
  'AskUserQuestion',
  'ExitPlanMode',
  'EnterPlanMode',
])
/** Of a turn that goes through more folders the others are not looked at. */
const mostFolders = 200
/**
 * So long after the prompt Claude Code has done its own work and waits for the model: the look at the files then keeps no first token waiting. A
 * tool that is called before has it begin at once.
 */
const afterMs = 400
/** What a person changes while Claude thinks is theirs: before the first call that may change something an older look is repeated. */
const staleMs = 1_000
const defaultWaitMs = 5_000
/** An instance that comes up has its own work first; most are sent something sooner than that, which begins the look. */
const defaultAheadMs = 5_000
const background = 'background'

/** Takes snapshots beside the turns: as one starts, before its first tool may change something, and when it ends. */
export class TurnSnapshots {
  readonly #deps: TurnSnapshotsDeps
  readonly #turns = new Map<string, Work>()
  readonly #background = new Map<string, Promise<void>>()
  readonly #ahead = new OneByOne()

  constructor(deps: TurnSnapshotsDeps) {
    this.#deps = deps
  }

  /** An instance works there from now on: a large folder's first look takes long, and is begun ahead of the first turn. */
  comesUp(cwd: string): void {
    setTimeout(() => void this.#ahead.run(() => this.#prepare(cwd)), this.#deps.aheadMs ?? defaultAheadMs).unref()
  }

  /** `done` settles when the turn has ended. */
  turnBegins({ cwd, ...turn }: Turn & { cwd: string }, done: Promise<unknown>): void {
    const work: Work = { turn, looks: new Map(), begin: () => {}, changes: false }
    this.#turns.set(turn.conversationId, work)
    const timer = setTimeout(() => work.begin(), afterMs)
    work.begin = () => {
      clearTimeout(timer)
      work.begin = () => {}
      this.#look(work, cwd, 'turn-start')
    }
    const end = () => void this.#turnEnds(work)
    done.then(end, end)
  }

  /** Waits until the state before the turn is kept; after some seconds it goes on, and the snapshot says that it came late. */
  async beforeCall(conversationId: string, { tool, folder }: { tool: string; folder: string }): Promise<void> {
    const work = this.#turns.get(conversationId)
    if (!work || harmless.has(tool)) return
    work.begin()
    const isFirst = !work.changes
    work.changes = true
    // A command can have moved the shell: what it works in then is looked at too.
    if (!work.looks.has(folder) && work.looks.size < mostFolders) this.#look(work, folder, 'seen')
    if (isFirst) this.#worksFromNowOn(work)
    const open = [...work.looks.values()].filter(({ overAt }) => overAt === null)
    if (open.length > 0 && !(await settles(Promise.all(open.map(({ done }) => done)), this.#deps.waitMs ?? defaultWaitMs))) {
      for (const look of open) if (look.overAt === null) this.#isLate(work, look)
    }
    if (isFirst) await this.#noteWorker(work)
  }

  /** Whether anything runs in the background of a conversation that may change files. */
  background({ conversationId, cwd, runs }: { conversationId: string; cwd: string; runs: boolean }): void {
    const known = this.#background.get(conversationId)
    if (runs === (known !== undefined)) return
    if (runs) {
      this.#background.set(conversationId, this.#enterBackground(conversationId, cwd))
      return
    }
    this.#background.delete(conversationId)
    void known?.then(() => this.#ended({ conversationId, turnId: background }, { edge: 'background-end', conversationId, turnId: null }))
  }

  async #prepare(cwd: string): Promise<void> {
    const place = await this.#placeOf(cwd)
    if (place === null) return
    await this.#deps.snapshots.prepare(place.folder).catch((thrown: unknown) => this.#failed(place.folder, thrown))
  }

  #look(work: Work, cwd: string, edge: SnapshotEdge): void {
    const { conversationId, turnId } = work.turn
    const look: Look = { request: { edge, conversationId, turnId }, place: null, done: Promise.resolve(), overAt: null }
    work.looks.set(cwd, look)
    this.#run(look, () => this.#take(work, look, cwd))
  }

  #run(look: Look, work: () => Promise<void>): void {
    look.overAt = null
    look.done = work().finally(() => {
      look.overAt = performance.now()
    })
  }

  async #take(work: Work, look: Look, cwd: string): Promise<void> {
    const place = await this.#placeOf(cwd)
    const isKnown = [...work.looks.values()].some((other) => other !== look && other.place?.folder === place?.folder)
    look.place = place
    if (place === null) return
    if (work.changes) this.#begin(work.turn, place)
    if (!isKnown) await this.#takeOf(work, look.request, place)
  }

  async #takeOf({ turn, changes }: Work, request: TakeRequest, { folder }: Place): Promise<void> {
    try {
      await this.#deps.snapshots.take(folder, request)
    } catch (thrown) {
      this.#failed(folder, thrown)
      if (changes) await this.#deps.snapshots.worked(folder, [turn.conversationId])
    }
  }

  /** The turn may change files from now on. */
  #worksFromNowOn(work: Work): void {
    const { conversationId, turnId } = work.turn
    const now = performance.now()
    for (const look of work.looks.values()) {
      const { place, overAt } = look
      if (place === null) continue
      this.#begin(work.turn, place)
      if (overAt === null || now - overAt <= staleMs) continue
      look.request = { edge: 'seen', conversationId, turnId }
      this.#run(look, () => this.#takeOf(work, look.request, place))
    }
  }

  /** A snapshot that was taken before does not say so. */
  async #noteWorker({ turn, looks }: Work): Promise<void> {
    const folders = new Set([...looks.values()].flatMap(({ place }) => (place ? [place.folder] : [])))
    await Promise.all([...folders].map((folder) => this.#deps.snapshots.worked(folder, [turn.conversationId])))
  }

  async #enterBackground(conversationId: string, cwd: string): Promise<void> {
    const place = await this.#placeOf(cwd)
    if (place !== null) this.#begin({ conversationId, turnId: background }, place)
  }

  /** The folder whose snapshots hold `cwd`; null where no snapshots are taken. */
  async #placeOf(cwd: string): Promise<Place | null> {
    const { folder, repository, why } = await this.#deps.snapshots.coverage(cwd)
    return why === null ? { folder, isRepository: repository !== null } : null
  }

  #begin({ conversationId, turnId }: Turn, place: Place): void {
    this.#deps.snapshots.workers.begin(conversationId, turnId, place)
  }

  /** A call is made although the state before is not kept: the snapshot may hold some of what it does. */
  #isLate({ turn }: Work, look: Look): void {
    look.overAt = performance.now()
    look.request.late = true
    const folder = look.place?.folder ?? null
    this.#deps.log.warn({ conversationId: turn.conversationId, folder }, 'a snapshot took longer than a tool waits for it')
  }

  /** Looks anew only where something may have changed since the look at its start. */
  async #turnEnds(work: Work): Promise<void> {
    const { turn, looks } = work
    if (this.#turns.get(turn.conversationId) === work) this.#turns.delete(turn.conversationId)
    work.begin()
    if (!work.changes) {
      await Promise.all([...looks.values()].map(({ done }) => done))
      return this.#deps.onTaken(turn.conversationId)
    }
    // Those that have not got as far as to a folder enter it first.
    await Promise.all([...looks.values()].filter(({ place }) => place === null).map(({ done }) => done))
    await this.#ended(turn, { edge: 'turn-end', ...turn })
  }

  async #ended({ conversationId, turnId }: Turn, request: TakeRequest): Promise<void> {
    const { snapshots, onTaken } = this.#deps
    for (const folder of snapshots.workers.end(conversationId, turnId)) {
      try {
        await snapshots.take(folder, request)
      } catch (thrown) {
        this.#failed(folder, thrown)
      }
    }
    onTaken(conversationId)
  }

  #failed(folder: string, thrown: unknown): void {
    const { code, message } = toAppError(thrown)
    this.#deps.log.warn({ folder, code, message }, 'no snapshot was taken')
  }
}

/** False when it has not settled by then. */
async function settles(done: Promise<unknown>, withinMs: number): Promise<boolean> {
  const late = Promise.withResolvers<false>()
  const timer = setTimeout(() => late.resolve(false), withinMs)
  try {
    return await Promise.race([done.then(() => true as const), late.promise])
  } finally {
    clearTimeout(timer)
  }
}
