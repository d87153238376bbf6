import { query, type Query } from '@anthropic-ai/claude-agent-sdk'
import { AppError } from '../../../shared/app-error.ts'
import type { Image } from '../../../shared/domain/message.ts'
import type { Log } from '../log.ts'
import { processIdentity } from '../storage/process-identity.ts'
import type { ClaudeExit, ClaudeListener } from './claude-event.ts'
import type { ClaudeProcess, LaunchConfig } from './claude-process.ts'
import { sdkOptions } from './launch-options.ts'
import type { LocatedClaude } from './locate.ts'
import { Normaliser } from './normaliser.ts'
import { killAll, type ProcessRecords } from './process-records.ts'
import { processTree, sendSignal, type ProcessId } from './process-tree.ts'
import { PromptStream } from './prompt-stream.ts'
import { spawnChild, type SpawnedChild } from './spawn-child.ts'
import { treeMemoryMb } from './tree-memory.ts'
import { settlesWithin } from './wait.ts'

export type SdkProcessOptions = {
  config: LaunchConfig
  claude: LocatedClaude
  env: Record<string, string>
  marker: string
  listener: ClaudeListener
  records: ProcessRecords
  /** The session became known or changed. */
  onSession: (sessionId: string) => void
  log: Log
}

const interruptMs = 2_000
const terminateMs = 3_000

/** A `claude` that the SDK speaks to and we own. */
export class SdkProcess implements ClaudeProcess {
  readonly startedAt = new Date()
  /** Settles when the process and what it said last are dealt with. */
  readonly exited: Promise<ClaudeExit>
  readonly #options: SdkProcessOptions
  readonly #prompts = new PromptStream()
  readonly #normaliser: Normaliser
  readonly #query: Query
  #spawned: SpawnedChild | null = null
  #identity: ProcessId | null = null
  #sessionId: string | null
  #expected = false
  #frozen: ProcessId[] = []
  #recorded = ''
  #stopping: Promise<ClaudeExit> | null = null

  constructor(options: SdkProcessOptions) {
    const { config, listener } = options
    this.#options = options
    this.#sessionId = config.forkAt === undefined ? (config.resume ?? null) : null
    this.#normaliser = new Normaliser({ resumed: config.resume !== undefined })
    const { claude, env } = options
    this.#query = query({
      prompt: this.#prompts,
      options: sdkOptions({
        config,
        claude,
        env,
        onPermission: (question) => listener.onPermission(question),
        spawn: (spawn) => this.#spawn(spawn),
      }),
    })
    this.exited = this.#run()
  }

  get pid(): number {
    return this.#spawned?.child.pid ?? 0
  }

  get sessionId(): string | null {
    return this.#sessionId
  }

  /** Settles when the process has answered for the first time and can take a prompt. */
  async ready(): Promise<void> {
    await this.#query.initializationResult()
  }

  send({ uuid, text, images }: { uuid: string; text: string; images: Image[] }): void {
    if (this.#expected || this.#spawned?.child.exitCode !== null)
      throw new AppError('STATE_CONFLICT', 'The process has ended. Send the message again.')
    this.#normaliser.prompted(uuid)
    const pictures = images.map(({ mediaType, data }) => ({
      type: 'image' as const,
      source: { type: 'base64' as const, media_type: mediaType, data },
    }))
    const words = text === '' ? [] : [{ type: 'text' as const, text }]
    const content = pictures.length === 0 ? text : [...pictures, ...words]
    // Claude Code takes any UUID here; its type spells out the form that ours has.
    const id = uuid as `${string}-${string}-${string}-${string}-${string}`
    this.#prompts.push({ type: 'user', message: { role: 'user', content }, parent_tool_use_id: null, uuid: id })
  }

  async interrupt(): Promise<void> {
    this.#normaliser.interrupting()
    await this.#query.interrupt()
  }

  async freeze(): Promise<void> {
    if (process.platform === 'win32') {
      throw new AppError('FREEZE_UNSUPPORTED', 'Windows cannot freeze a process. Use Hold to finish the turn, or Park to end it.')
    }
    // The child first: frozen, it starts nothing more while its tools are looked for.
    if (this.#identity) await sendSignal(this.#identity, 'SIGSTOP')
    this.#frozen = await this.#tree()
    await Promise.all(this.#frozen.map((one) => sendSignal(one, 'SIGSTOP')))
  }

  async thaw(): Promise<void> {
    const frozen = this.#frozen
    this.#frozen = []
    await Promise.all(frozen.map((one) => sendSignal(one, 'SIGCONT')))
  }

  stop(): Promise<ClaudeExit> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  async memoryMb(): Promise<number | null> {
    if (this.pid === 0) return null
    // Where processes carry no marker that can be read, what was seen last is what a later start can end.
    if (process.platform !== 'linux') await this.#record()
    return treeMemoryMb(this.pid, this.#options.marker)
  }

  async #stop(): Promise<ClaudeExit> {
    this.#expected = true
    await this.thaw()
    const tree = await this.#tree()
    const { working } = this.#normaliser
    if (working) {
      this.#normaliser.interrupting()
      await settlesWithin(this.#query.interrupt(), interruptMs)
    }
    this.#prompts.close()
    const gone = await settlesWithin(this.exited, working ? 300 : interruptMs)
    if (!gone) await this.#terminate()
    await this.#endDescendants(tree)
    return this.exited
  }

  async #terminate(): Promise<void> {
    const root = this.#identity
    if (!root) return
    await sendSignal(root, 'SIGTERM')
    await sendSignal(root, 'SIGCONT')
    if (await settlesWithin(this.exited, terminateMs)) return
    await killAll([root, ...(await this.#tree())])
  }

  #tree(): Promise<ProcessId[]> {
    return processTree(this.#spawned?.child.pid ?? null, this.#options.marker)
  }

  #spawn(options: Parameters<typeof spawnChild>[0]): SpawnedChild['forSdk'] {
    const { listener, log } = this.#options
    const spawned = spawnChild(options, (total, sample) => listener.onEvent({ type: 'skipped', total, sample }))
    this.#spawned = spawned
    const { pid } = spawned.child
    if (pid !== undefined) {
      this.#identity = { pid, identity: null }
      this.#record().catch((thrown: unknown) => log.warn({ err: thrown }, 'a process could not be recorded'))
    }
    return spawned.forSdk
  }

  async #record(): Promise<void> {
    const pid = this.#spawned?.child.pid
    if (pid === undefined) return
    const identity = this.#identity?.identity ?? (await processIdentity(pid))
    this.#identity = { pid, identity }
    const { marker, records } = this.#options
    const tree = process.platform === 'linux' ? [] : await this.#tree()
    const text = tree.map((one) => one.pid).join(' ')
    if (this.#recorded === `${pid} ${text}` || this.#spawned?.child.exitCode !== null) return
    this.#recorded = `${pid} ${text}`
    await records.write({ marker, process: this.#identity, tree, startedAt: this.startedAt.toISOString() })
  }

  async #run(): Promise<ClaudeExit> {
    const { listener } = this.#options
    let broken: unknown = null
    try {
      for await (const message of this.#query) this.#take(message)
    } catch (thrown) {
      broken = thrown
    }
    // The SDK's stream can end while the child lives on: it is of no use to anybody then.
    if (this.#spawned && !(await settlesWithin(this.#spawned.ended, 1_000))) await killAll(await this.#tree())
    const ended = (await this.#spawned?.ended) ?? { exitCode: null, signal: null }
    if (!this.#expected) await this.#endDescendants([])
    const exit: ClaudeExit = { expected: this.#expected, ...ended, stderrTail: this.#spawned?.stderrTail() ?? '', error: null }
    this.#options.log.info(
      { pid: this.pid, ...ended, expected: this.#expected, ...(broken === null ? {} : { err: broken }) },
      'claude ended',
    )
    listener.onExit(exit)
    return exit
  }

  #take(message: unknown): void {
    const { listener, onSession } = this.#options
    for (const event of this.#normaliser.read(message)) {
      if (event.type === 'session' || event.type === 'result') {
        this.#sessionId = event.sessionId
        onSession(event.sessionId)
      }
      listener.onEvent(event)
    }
  }

  async #endDescendants(seen: readonly ProcessId[]): Promise<void> {
    const { marker, records } = this.#options
    await killAll([...seen.filter(({ pid }) => pid !== this.pid), ...(await processTree(null, marker))])
    await records.remove(marker)
  }
}
