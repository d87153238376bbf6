import { toAppError } from '../../../shared/app-error.ts'
import type { Log } from '../log.ts'
import type { SnapshotEdge, TakeRequest } from './snapshot.ts'
import type { Snapshots } from './snapshots.ts'

export type TurnSnapshotsDeps = {
  snapshots: Snapshots
  /** The files of a conversation's folder were looked at after it has worked. */
  onTaken: (conversationId: string) => void
  log: Log
  /** How long a call of a tool waits for a snapshot, in milliseconds. */
  waitMs?: number
}

type Turn = { conversationId: string; turnId: string }
/** A look at a folder that the calls of a turn wait for. */
type Look = { request: TakeRequest; folder: string | null; done: Promise<void>; over: boolean }
/** `begin`: has its folder looked at, unless it is being looked at already. */
type Work = { turn: Turn; looks: Map<string, Look>; begin: () => void }

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
const defaultWaitMs = 5_000
const background = 'background'

/** Takes snapshots beside the turns: as one starts, before its first tool may change something, and when it ends. */
export class TurnSnapshots {
  readonly #deps: TurnSnapshotsDeps
  readonly #turns = new Map<string, Work>()
  readonly #background = new Map<string, Promise<void>>()

  constructor(deps: TurnSnapshotsDeps) {
    this.#deps = deps
  }

  /** `done` settles when the turn has ended. */
  turnBegins({ cwd, ...turn }: Turn & { cwd: string }, done: Promise<unknown>): void {
    const work: Work = { turn, looks: new Map(), begin: () => {} }
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
    // A command can have moved the shell: what it works in then is looked at too.
    if (!work.looks.has(folder) && work.looks.size < mostFolders) this.#look(work, folder, 'seen')
    const open = [...work.looks.values()].filter(({ over }) => !over)
    if (open.length === 0 || (await settles(Promise.all(open.map(({ done }) => done)), this.#deps.waitMs ?? defaultWaitMs))) return
    for (const look of open) if (!look.over) this.#isLate(work, look)
  }

  /** Whether anything runs in the background of a conversation that may change files. */
  background({ conversationId, cwd, runs }: { conversationId: string; cwd: string; runs: boolean }): void {
    const known = this.#background.get(conversationId)
    if (runs === (known !== undefined)) return
    if (runs) {
      this.#background.set(
        conversationId,
        this.#enter({ conversationId, turnId: background }, cwd).then(() => {}),
      )
      return
    }
    this.#background.delete(conversationId)
    void known?.then(() => this.#ended({ conversationId, turnId: background }, { edge: 'background-end', conversationId, turnId: null }))
  }

  #look(work: Work, cwd: string, edge: SnapshotEdge): void {
    const { conversationId, turnId } = work.turn
    const request: TakeRequest = { edge, conversationId, turnId }
    const look: Look = { request, folder: null, done: Promise.resolve(), over: false }
    work.looks.set(cwd, look)
    look.done = this.#take(work, look, cwd).finally(() => {
      look.over = true
    })
  }

  async #take(work: Work, look: Look, cwd: string): Promise<void> {
    const folder = await this.#enter(work.turn, cwd)
    const isKnown = [...work.looks.values()].some((other) => other !== look && other.folder === folder)
    look.folder = folder
    if (folder === null || isKnown) return
    try {
      await this.#deps.snapshots.take(folder, look.request)
    } catch (thrown) {
      this.#failed(folder, thrown)
      await this.#deps.snapshots.worked(folder, [work.turn.conversationId])
    }
  }

  /** The conversation works there from now on; null where no snapshots are taken. */
  async #enter({ conversationId, turnId }: Turn, cwd: string): Promise<string | null> {
    const { folder, repository, why } = await this.#deps.snapshots.coverage(cwd)
    if (why !== null) return null
    this.#deps.snapshots.workers.begin(conversationId, turnId, { folder, isRepository: repository !== null })
    return folder
  }

  /** A call is made although the state before is not kept: the snapshot may hold some of what it does. */
  #isLate({ turn }: Work, look: Look): void {
    look.over = true
    look.request.late = true
    this.#deps.log.warn({ conversationId: turn.conversationId, folder: look.folder }, 'a snapshot took longer than a tool waits for it')
    if (look.folder !== null) void this.#deps.snapshots.worked(look.folder, [turn.conversationId])
  }

  async #turnEnds(work: Work): Promise<void> {
    const { turn, looks } = work
    if (this.#turns.get(turn.conversationId) === work) this.#turns.delete(turn.conversationId)
    work.begin()
    // Those that have not got as far as to a folder enter it first.
    await Promise.all([...looks.values()].filter(({ folder }) => folder === null).map(({ done }) => done))
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
