import { AppError } from '../../../shared/app-error.ts'
import type { Log } from '../log.ts'
import { promptContent } from './prompt-content.ts'
import type { ChildPriority } from './child-priority.ts'
import { ChildTree } from './child-tree.ts'
import type { ClaudeExit, ClaudeListener, PermissionAnswer, PermissionQuestion } from './claude-event.ts'
import type { ClaudeProcess, Elsewhere, PromptToSend } from './claude-process.ts'
import { knowsCommand, type Connection } from './connection.ts'
import { Controls } from './controls.ts'
import type { OptionSources } from './launch-options.ts'
import { isResult } from './sdk-message.ts'
import { maskedEvent, maskedFault } from './masked-event.ts'
import { Normaliser } from './normaliser.ts'
import type { StartReading } from './launch-stamp.ts'
import { ModelChoice } from './model-choice.ts'
import type { ModelTotals } from './turn-account.ts'
import type { ProcessRecords } from './process-records.ts'
import { PromptStream } from './prompt-stream.ts'
import { AgentNames } from './agent-names.ts'
import { serverIdentity } from './server-identity.ts'
import { ServerTroubles } from './server-troubles.ts'
import { SlowServers } from './slow-servers.ts'
import { spawnChild, type SpawnedChild } from './spawn-child.ts'
import { isSuspended } from './suspended.ts'
import { treeUsage, type TreeUsage } from './tree-usage.ts'
import { settlesWithin } from './wait.ts'

export type SdkProcessOptions<C extends Connection> = {
  /** The session that it holds from the start; null: none yet. */
  resume: string | null
  /** It begins with what an earlier session holds, its own or a copy. */
  resumed: boolean
  /** What that session had cost; null: that is not known. */
  before: ModelTotals | null
  /** Where it is started, when that is not what was asked for. */
  elsewhere?: Elsewhere | undefined
  /** Opens the SDK's end; called once, by the constructor. */
  connect: (prompts: PromptStream, hooks: Pick<OptionSources, 'onPermission' | 'denies' | 'identify' | 'spawn'>) => C
  marker: string
  reading: StartReading
  listener: ClaudeListener
  records: ProcessRecords
  /** Takes secrets out of what it says for the user to read. */
  mask: (text: string) => string
  priority: ChildPriority
  /** The session became known or changed. */
  onSession: (sessionId: string) => void
  log: Log
}

const interruptMs = 2_000
const primeMs = 5_000
/**
 * Only what hangs takes so long: hooks of the user's may run at the begin of a session, and on a machine with eighteen others at work on two
 * cores `/clear` took up to 11 s when it stood back for them. A start takes longer still.
 */
const clearMs = 30_000
const mostSessionsHeld = 5
const terminateMs = 3_000
const killMs = 3_000
/** Whoever is taken back a question by the end of the process is gone within this. */
const deathMs = 300
/** After its output has ended, a child that lives on is of no use to anybody. */
const exitMs = 1_000

/** A `claude` that the SDK speaks to and we own. */
export class SdkProcess<C extends Connection = Connection> implements ClaudeProcess {
  readonly connection: C
  readonly startedAt = new Date()
  readonly controls = new Controls(() => this.connection.query)
  /** Resolves when the process, all that it started and what it said last are dealt with. Never rejects. */
  readonly exited: Promise<ClaudeExit>
  readonly #options: SdkProcessOptions<C>
  readonly #prompts = new PromptStream()
  readonly #normaliser: Normaliser
  readonly #slowServers: SlowServers
  readonly #troubles: ServerTroubles
  readonly #model: ModelChoice
  readonly #agents = new AgentNames()
  #skipped = 0
  readonly #tree: ChildTree
  #spawned: SpawnedChild | null = null
  #sessionId: string | null
  /** Those it had before the one it has, the latest last. */
  #earlierSessions: string[] = []
  #clearing: PromiseWithResolvers<boolean> | null = null
  #expected = false
  /** Nothing reads prompts any more, whether the child lives or not. */
  #ended = false
  #recorded = ''
  #recording: Promise<void> = Promise.resolve()
  #stopping: Promise<ClaudeExit> | null = null

  constructor(options: SdkProcessOptions<C>) {
    const { resume, before, connect, marker, listener } = options
    this.#options = options
    this.#sessionId = resume
    this.#normaliser = new Normaliser({ before })
    this.#tree = new ChildTree(marker, () => this.#spawned?.livePid() ?? null)
    this.connection = connect(this.#prompts, {
      onPermission: (question) => this.#ask(question),
      denies: async (call) => (await listener.denies?.(call)) ?? false,
      identify: (server) => serverIdentity(this.connection.query, server),
      spawn: (spawn) => this.#spawn(spawn),
    })
    this.#slowServers = new SlowServers(
      () => this.connection.query,
      (event) => listener.onEvent(event),
    )
    this.#troubles = new ServerTroubles({
      query: () => this.connection.query,
      onEvent: (event) => listener.onEvent(event),
      mask: options.mask,
    })
    this.#model = new ModelChoice({ controls: this.controls, onEvent: (event) => listener.onEvent(event) })
    this.exited = this.#run()
  }

  get pid(): number {
    return this.#spawned?.pid ?? 0
  }

  get elsewhere(): Elsewhere | null {
    return this.#options.elsewhere ?? null
  }

  get sessionId(): string | null {
    return this.#sessionId
  }

  /** Settles when the process has answered for the first time and can take a prompt. */
  async ready(): Promise<void> {
    await this.connection.ready()
    if (!this.#normaliser.working) this.#options.priority.ends(this.pid)
  }

  send(prompt: PromptToSend): void {
    const { uuid, steers = false } = prompt
    if (!this.#isAlive()) throw new AppError('STATE_CONFLICT', 'The process has ended. Send the message again.')
    this.#options.priority.begins(this.pid, 'working')
    if (steers) this.#normaliser.steering(uuid)
    else this.#prompted(prompt)
    // Claude Code takes any UUID here; its type spells out the form that ours has.
    const id = uuid as `${string}-${string}-${string}-${string}-${string}`
    const message = { role: 'user' as const, content: promptContent(prompt) }
    const asked = { type: 'user' as const, message, parent_tool_use_id: null, uuid: id, origin: { kind: 'human' as const } }
    this.#prompts.push(steers ? { ...asked, priority: 'next' } : asked)
  }

  async prime(): Promise<void> {
    // Counting what the context holds makes Claude Code put together its prompt and tools, which it then keeps.
    const counted = this.connection.query?.getContextUsage({ detail: 'summary' })
    if (counted) await settlesWithin(counted, primeMs)
  }

  isCurrent(): Promise<boolean> {
    return this.#options.reading.isCurrent()
  }

  async canClear(): Promise<boolean> {
    const can = () => this.#isAlive() && !this.#normaliser.working && !this.#normaliser.hasLeftovers && this.#clearing === null
    return can() && (await knowsCommand(this.connection, 'clear')) && (await this.#options.reading.keepsCurrent()) && can()
  }

  async clear(): Promise<boolean> {
    if (!(await this.canClear())) return false
    const uuid = crypto.randomUUID()
    const clearing = Promise.withResolvers<boolean>()
    this.#clearing = clearing
    this.#normaliser.clearing(uuid)
    // A turn waits for it.
    this.#options.priority.begins(this.pid, 'working')
    this.#prompts.push({ type: 'user', message: { role: 'user', content: '/clear' }, parent_tool_use_id: null, uuid })
    void this.exited.then(() => clearing.resolve(false))
    await settlesWithin(clearing.promise, clearMs)
    // Whatever comes later is too late: it is not known any more whose it would be.
    clearing.resolve(false)
    if (!this.#normaliser.working) this.#options.priority.ends(this.pid)
    return clearing.promise
  }

  hasHeld(sessionId: string): boolean {
    return this.#sessionId === sessionId || this.#earlierSessions.includes(sessionId)
  }

  async interrupt(): Promise<void> {
    // One that something else has stopped would never hear of it.
    this.#tree.signal('SIGCONT')
    this.#normaliser.interrupting()
    await this.controls.interrupt()
  }

  async stopTask(taskId: string): Promise<void> {
    await this.connection.query?.stopTask(taskId)
  }

  async isSuspended(): Promise<boolean> {
    const pid = this.#spawned?.livePid() ?? null
    return pid !== null && isSuspended(pid)
  }

  async freeze(): Promise<void> {
    if (process.platform === 'win32') {
      throw new AppError('FREEZE_UNSUPPORTED', 'Windows cannot freeze a process. Use Hold to finish the turn, or Park to end it.')
    }
    if (!(await this.#tree.freeze())) this.#options.log.warn({ pid: this.pid }, 'new processes came faster than they could be frozen')
  }

  async thaw(): Promise<void> {
    await this.#tree.thaw()
  }

  stop(): Promise<ClaudeExit> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  async usage(): Promise<TreeUsage | null> {
    const pid = this.#spawned?.livePid() ?? null
    if (pid === null) return null
    // Where processes carry no marker that can be read, what was seen last is what a later start can end.
    if (process.platform !== 'linux') await this.#record()
    const usage = await treeUsage(pid, this.#options.marker)
    return this.#spawned?.livePid() === pid ? usage : null
  }

  /** Claude Code ends a turn by itself whose call is denied for good, and takes no such word with a form or a dialog. */
  async #ask(question: PermissionQuestion): Promise<PermissionAnswer> {
    const facts = this.#agents.named(question.facts)
    const answer = await this.#options.listener.onPermission({ ...question, facts, signal: this.#whileAlive(question.signal) })
    const ends = answer.behavior === 'deny' && answer.interrupt && answer.withdrawn !== true && question.facts?.agentId === undefined
    if (ends && (question.elicitation || question.dialog)) void this.interrupt().catch(() => {})
    else if (ends) this.#normaliser.interrupting()
    return answer
  }

  #prompted({ uuid, text }: PromptToSend): void {
    this.#normaliser.prompted(uuid)
    this.#slowServers.prompted()
    this.#model.prompted(text)
  }

  async #stop(): Promise<ClaudeExit> {
    this.#expected = true
    this.#slowServers.close()
    await this.#tree.thaw()
    const { working } = this.#normaliser
    if (working) {
      this.#normaliser.interrupting()
      await settlesWithin(this.connection.query?.interrupt() ?? Promise.resolve(), interruptMs)
    }
    this.#prompts.close()
    this.connection.close()
    const gone = await settlesWithin(this.exited, working ? 300 : interruptMs)
    if (!gone) await this.#terminate()
    return this.exited
  }

  async #terminate(): Promise<void> {
    this.#tree.signal('SIGTERM')
    this.#tree.signal('SIGCONT')
    if (await settlesWithin(this.exited, terminateMs)) return
    await this.#tree.kill()
  }

  #spawn(options: Parameters<typeof spawnChild>[0]): SpawnedChild['forSdk'] {
    const spawned = spawnChild(options, (_total, sample) => this.#skip(sample))
    this.#spawned = spawned
    if (spawned.pid !== undefined) this.#options.priority.begins(spawned.pid, 'starting')
    void this.#record()
    return spawned.forSdk
  }

  /** Completes the record that was written before the start. One after the other, so that none is written behind the removal. */
  #record(): Promise<void> {
    this.#recording = this.#recording
      .then(() => this.#writeRecord())
      .catch((err: unknown) => this.#options.log.warn({ err, pid: this.pid }, 'a process could not be recorded'))
    return this.#recording
  }

  async #writeRecord(): Promise<void> {
    const { marker, records } = this.#options
    const tree = await this.#tree.list()
    const root = tree.find(({ pid }) => pid === this.#spawned?.livePid())
    const others = process.platform === 'linux' ? [] : tree.filter((one) => one !== root)
    const text = JSON.stringify([root, others])
    if (root === undefined || this.#recorded === text) return
    this.#recorded = text
    await records.write({ marker, process: root, tree: others, startedAt: this.startedAt.toISOString() })
  }

  async #run(): Promise<ClaudeExit> {
    const { listener, log, mask } = this.#options
    let broken: string | null = null
    try {
      for await (const message of this.connection.messages()) {
        // What is wrong with a server is said before the turn is over.
        if (this.#troubles.pending && isResult(message)) await this.#troubles.pending
        if (this.#model.pending && isResult(message)) await this.#model.check()
        this.#take(message)
      }
    } catch (thrown) {
      broken = maskedFault(thrown, mask)
    }
    this.#ended = true
    this.#options.priority.forget(this.pid)
    this.#slowServers.close()
    const ended = await this.#end()
    const exit: ClaudeExit = {
      expected: this.#expected,
      ...ended,
      stderrTail: mask(this.#spawned?.stderrTail() ?? ''),
      error: null,
    }
    log.info({ pid: this.pid, ...ended, expected: this.#expected, ...(broken === null ? {} : { fault: broken }) }, 'claude ended')
    try {
      listener.onExit(exit)
    } catch (err) {
      log.error({ err, pid: this.pid }, 'the end of a claude could not be dealt with')
    }
    return exit
  }

  /** Ends what is left of the child and forgets it; what cannot be ended stays recorded for the next start. */
  async #end(): Promise<{ exitCode: number | null; signal: string | null }> {
    const { marker, records, log } = this.#options
    const child = this.#spawned?.ended ?? Promise.resolve({ exitCode: null, signal: null })
    await settlesWithin(child, exitMs)
    try {
      const gone = await this.#tree.kill()
      await this.#recording
      if (gone) await records.remove(marker)
      else log.error({ pid: this.pid }, 'some of what a claude started could not be ended')
    } catch (err) {
      log.error({ err, pid: this.pid }, 'what a claude left behind could not be cleared away')
    }
    return (await settlesWithin(child, killMs)) ? child : { exitCode: null, signal: null }
  }

  /** A question that Claude Code takes back is withdrawn; one whose process has ended is not. */
  #whileAlive(signal: AbortSignal): AbortSignal {
    const withdrawn = new AbortController()
    const check = async () => {
      if (!(await settlesWithin(this.#spawned?.ended ?? Promise.resolve(), deathMs))) withdrawn.abort()
    }
    if (signal.aborted) void check()
    else signal.addEventListener('abort', () => void check(), { once: true })
    return withdrawn.signal
  }

  #isAlive(): boolean {
    return !this.#expected && !this.#ended && (this.#spawned?.livePid() ?? null) !== null
  }

  #holds(sessionId: string): void {
    const before = this.#sessionId
    if (before !== null && before !== sessionId) this.#earlierSessions = [...this.#earlierSessions, before].slice(-mostSessionsHeld)
    this.#sessionId = sessionId
    this.#options.onSession(sessionId)
  }

  #skip(sample: string): void {
    this.#skipped += 1
    const { listener, mask } = this.#options
    listener.onEvent({ type: 'skipped', total: this.#skipped, sample: mask(sample) })
  }

  #take(message: unknown): void {
    const { listener, mask } = this.#options
    const events = this.#normaliser.read(message)
    if (this.#normaliser.takeInterruptAgain()) void this.connection.query?.interrupt().catch(() => {})
    if (events === null) return this.#skip(JSON.stringify(message).slice(0, 200))
    for (const event of events) {
      this.#agents.take(event)
      if (event.type === 'session') {
        this.#slowServers.answered()
        this.#troubles.check(event.mcpServers)
        this.#model.turnBegan(event.model)
        if (this.#normaliser.working) this.#options.priority.begins(this.pid, 'working')
      }
      if (event.type === 'cleared') {
        this.#clearing?.resolve(event.sessionId !== this.#sessionId)
        this.#clearing = null
      }
      if (event.type === 'session' || event.type === 'result' || event.type === 'cleared') this.#holds(event.sessionId)
      if ((event.type === 'result' || event.type === 'withdrawn') && !this.#normaliser.working) this.#options.priority.ends(this.pid)
      if (event.type !== 'cleared') listener.onEvent(maskedEvent(event, mask))
    }
  }
}
