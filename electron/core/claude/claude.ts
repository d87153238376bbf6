import { ChildPriority } from './child-priority.ts'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { AppError } from '../../../shared/app-error.ts'
import type { Log } from '../log.ts'
import type { ClaudeListener } from './claude-event.ts'
import type { ClaudeProcess, LaunchConfig, ParkedClaude, ParkedConfig } from './claude-process.ts'
import { agentSdk } from './agent-sdk.ts'
import { ParkedConnection, SessionConnection, type Connection } from './connection.ts'
import { childEnvironment, userEnvironment, type DemoAccess } from './environment.ts'
import { Environments, managedServersFile, userFileOf } from './environments.ts'
import { filledConfig, noReferences, type References } from './filled-config.ts'
import { launchStamp, StartReading, type LaunchStamp } from './launch-stamp.ts'
import { parkedOptions, sdkOptions } from './launch-options.ts'
import { locateClaude, type LocatedClaude } from './locate.ts'
import { configFolder, readLogin, type Login } from './login.ts'
import { placeLaunch } from './place-launch.ts'
import { ProcessRecords } from './process-records.ts'
import { savePlan } from './plan-file.ts'
import { SdkProcess, type SdkProcessOptions } from './sdk-process.ts'
import { spentBefore } from './spent-before.ts'
import type { ModelTotals } from './turn-account.ts'
import { findTranscript, holdersOf, transcriptHas } from './session-files.ts'
import type { Said } from './said-entries.ts'
import { copySession } from './session-place.ts'

export type ClaudeOptions = {
  /** The `claude` that the user chose; null: look for one. */
  configuredPath: () => string | null
  env: NodeJS.ProcessEnv
  dataFolder: string
  /** Where answers come from while the demo model is in use. */
  demo: () => DemoAccess | null
  /** What the user lets through to Claude besides what always passes: names, or beginnings with a star behind them. */
  passEnvironment?: () => readonly string[]
  /** What fills in references to the environment and to secrets. */
  references?: References
  log: Log
}

const startTimeoutMs = 30_000
const rememberMs = 60_000

/** Everything that has to do with `claude` on this machine: finding it, starting it, and ending what was started. */
export class Claude {
  readonly #options: ClaudeOptions
  readonly #records: ProcessRecords
  readonly #environments: Environments
  readonly #references: References
  readonly #priority = new ChildPriority()
  readonly #processes = new Set<SdkProcess>()
  /** Sessions that a process of ours works in, by id. */
  readonly #sessions = new Map<string, SdkProcess>()
  /** Sessions that a process of ours is being started for. */
  readonly #reserved = new Set<string>()
  #located: { claude: Promise<LocatedClaude>; configured: string | null; at: number } | null = null
  #closed = false

  constructor(options: ClaudeOptions) {
    this.#options = options
    this.#records = new ProcessRecords(join(options.dataFolder, 'processes'))
    const { env, demo, passEnvironment: pass = () => [], references = noReferences } = options
    this.#references = references
    this.#environments = new Environments({ env, demo, pass })
  }

  /**
   * The `claude` to run, remembered for a minute; `again` looks anew. Throws CLAUDE_MISSING, CLAUDE_NOT_EXECUTABLE,
   * CLAUDE_TOO_OLD or CLAUDE_EXITED.
   */
  locate({ again = false }: { again?: boolean } = {}): Promise<LocatedClaude> {
    const configured = this.#options.configuredPath()
    const known = this.#located
    if (!again && known?.configured === configured && performance.now() - known.at < rememberMs) return known.claude
    const claude = this.#environments
      .inherited()
      .then((env) => locateClaude(configured, childEnvironment({ env, own: {}, demo: null, marker: 'none' })))
    this.#located = { claude, configured, at: performance.now() }
    claude.catch(() => {
      if (this.#located?.claude === claude) this.#located = null
    })
    return claude
  }

  /** Whether the user is signed in to Claude Code, whatever the demo model does. */
  async login(): Promise<Login> {
    return readLogin(await this.#environments.inherited())
  }

  /** The environment of a command of the user's own. Throws BAD_REQUEST for a variable that no process can be given. */
  async userEnvironment(own: Record<string, string>, marker: string): Promise<Record<string, string>> {
    const { env } = await this.#references.resolve({ env: own, mcpServers: {} })
    return userEnvironment(await this.#environments.inherited(), env, marker)
  }

  /** What the app has inherited, with the user's profile. */
  inherited(): Promise<NodeJS.ProcessEnv> {
    return this.#environments.inherited()
  }

  /** The environment that Claude Code starts an MCP server in. */
  async serverEnvironment(cwd: string, mcpServers: LaunchConfig['mcpServers'], marker: string): Promise<Record<string, string>> {
    return (await this.#environments.of({ own: {}, cwd, mcpServers }, marker)).env
  }

  /** Where the user's own configuration of Claude Code is. */
  files(): { userFile: string; configFolder: string; managedFile: string } {
    const env = this.#environments.plain()
    return { userFile: userFileOf(env), configFolder: configFolder(env), managedFile: managedServersFile() }
  }

  /** Where processes are recorded, so that what a crash left behind is ended. */
  get records(): ProcessRecords {
    return this.#records
  }

  /** Names of variables of the user's that are not passed to Claude. */
  heldBack(): string[] {
    return this.#environments.heldBack()
  }

  /**
   * Starts a process; resolves when it can take a prompt. Throws what `locate` throws, FOLDER_MISSING, SESSION_GONE,
   * SESSION_IN_USE, CLAUDE_EXITED, CLAUDE_START_TIMEOUT, or STATE_CONFLICT when `signal` aborted it; nothing is left running then.
   */
  async launch(config: LaunchConfig, listener: ClaudeListener, signal?: AbortSignal): Promise<ClaudeProcess> {
    const claude = await this.locate()
    const { resume } = config
    if (resume === undefined || isFork(config)) return this.#start(claude, config, listener, signal)
    // At once, without waiting for anything: the next one that wants the session has to see it.
    if (this.#reserved.has(resume) || this.#sessions.has(resume)) throw inUse('another instance')
    this.#reserved.add(resume)
    try {
      return await this.#start(claude, config, listener, signal)
    } finally {
      this.#reserved.delete(resume)
    }
  }

  /** Starts a process that takes its folder later. Throws what `launch` throws, and CLAUDE_EXITED where `claude` cannot do this. */
  async park(wanted: ParkedConfig, listener: ClaudeListener): Promise<ParkedClaude> {
    const claude = await this.locate()
    const config = { ...wanted, env: (await this.#references.resolve({ env: wanted.env, mcpServers: {} })).env }
    const marker = randomUUID()
    const { env } = await this.#environments.of({ own: config.env, cwd: null, mcpServers: {} }, marker)
    const reading = this.#reading(config.env, null)
    const sdk = await agentSdk()
    const child = await this.#open(undefined, {
      resume: null,
      resumed: false,
      before: {},
      marker,
      reading,
      listener,
      connect: (prompts, hooks) => new ParkedConnection(sdk, prompts, parkedOptions({ config, claude, env, ...hooks })),
    })
    return Object.assign(child, {
      claim: async (launch: LaunchConfig) => {
        await placeLaunch(launch, configFolder(env))
        const needed = await this.#environments.of({ own: config.env, cwd: launch.cwd, mcpServers: launch.mcpServers }, marker)
        if (Object.keys(needed.env).some((name) => env[name] === undefined)) throw needsMore()
        for (const missing of needed.missing) listener.onEvent({ type: 'said', ...missing })
        reading.bindTo(launch.cwd)
        await child.connection.claim(launch)
      },
    })
  }

  async #start(
    claude: LocatedClaude,
    given: LaunchConfig,
    listener: ClaudeListener,
    signal: AbortSignal | undefined,
  ): Promise<ClaudeProcess> {
    const marker = randomUUID()
    const wanted = await filledConfig(given, this.#references, claude.version)
    const folder = configFolder(this.#environments.plain(wanted.env))
    await this.#checkOwner(wanted, folder)
    const [{ config, elsewhere }, before] = await Promise.all([placeLaunch(wanted, folder), this.#spentBefore(folder, wanted.resume)])
    const { env, missing } = await this.#environments.of({ own: config.env, cwd: config.cwd, mcpServers: given.mcpServers }, marker)
    for (const one of missing) listener.onEvent({ type: 'said', ...one })
    const sdk = await agentSdk()
    return this.#open(signal, {
      resume: isFork(config) ? null : (config.resume ?? null),
      resumed: config.resume !== undefined,
      before,
      elsewhere,
      marker,
      reading: this.#reading(config.env, config.cwd),
      listener,
      connect: (prompts, hooks) => new SessionConnection(sdk, prompts, sdkOptions({ config, claude, env, ...hooks })),
    })
  }

  async #spentBefore(folder: string, resume: string | undefined): Promise<ModelTotals | null> {
    return resume === undefined ? {} : spentBefore(await findTranscript(folder, resume))
  }

  /** Which program and which model it is counts as well: both can be changed while a process runs. */
  #reading(own: Record<string, string>, cwd: string | null): StartReading {
    const read = async (folder: string | null): Promise<LaunchStamp> => {
      const { path } = await this.locate()
      const stamp = await launchStamp(path, configFolder(this.#environments.plain(own)), folder)
      const passed = this.#options.passEnvironment?.().join(' ') ?? ''
      return { process: `${stamp.process} ${passed}`, session: `${stamp.session} ${passed}` }
    }
    return new StartReading(read, cwd)
  }

  /** Starts the process and waits until it is ready. */
  async #open<C extends Connection>(
    signal: AbortSignal | undefined,
    options: Omit<SdkProcessOptions<C>, 'records' | 'priority' | 'log' | 'mask' | 'onSession'>,
  ): Promise<SdkProcess<C>> {
    const { marker, resume, resumed } = options
    await this.#announce(marker)
    const { log } = this.#options
    const records = this.#records
    if (this.#closed || signal?.aborted) {
      await records.remove(marker).catch(() => {})
      throw stopped()
    }
    const child: SdkProcess<C> = new SdkProcess({
      ...options,
      records,
      priority: this.#priority,
      log,
      mask: this.#references.mask,
      onSession: (id) => this.#own(id, child),
    })
    this.#processes.add(child)
    void child.exited.then(() => this.#forget(child))
    if (resume !== null) this.#own(resume, child)
    try {
      await ready(child, signal)
      log.info({ pid: child.pid, resumed }, 'claude started')
      return child
    } catch (thrown) {
      await child.stop()
      throw thrown
    }
  }

  /** Whether Claude Code's transcript of a session has an entry. */
  async sessionHas(sessionId: string, _cwd: string, uuid: string): Promise<boolean> {
    const path = await findTranscript(this.#config(), sessionId)
    return path !== null && transcriptHas(path, uuid)
  }

  /** Writes a plan that the user has changed to its file; false where that is none of Claude Code's plan files. */
  savePlan(file: string, text: string): Promise<boolean> {
    return savePlan(this.#config(), file, text)
  }

  /**
   * Copies a session to where Claude Code finds it from another folder; answers the copy's id, null when there is no such session. `said`:
   * stands behind it then.
   */
  async copySession(sessionId: string, cwd: string, upTo?: string, said: readonly Said[] = []): Promise<string | null> {
    const path = await findTranscript(this.#config(), sessionId)
    return path === null ? null : copySession(path, cwd, upTo, said)
  }

  /** Whether Claude Code has a session. */
  async hasSession(sessionId: string): Promise<boolean> {
    return (await findTranscript(this.#config(), sessionId)) !== null
  }

  /** Ends what earlier runs left behind; answers how many processes that were. */
  reap(): Promise<number> {
    return this.#records.reap()
  }

  /** Ends every process. No launch works any more. Never rejects. */
  async close(): Promise<void> {
    this.#closed = true
    for (const ended of await Promise.allSettled([...this.#processes].map((child) => child.stop())))
      if (ended.status === 'rejected') this.#options.log.error({ err: ended.reason }, 'a claude could not be ended')
  }

  /** On disk before it is started: we may be gone right after. A disk that takes no record is no reason not to work. */
  async #announce(marker: string): Promise<void> {
    try {
      await this.#records.write({ marker, process: null, tree: [], startedAt: new Date().toISOString() })
    } catch (err) {
      this.#options.log.warn({ err }, 'a process could not be recorded')
    }
  }

  #config(): string {
    return configFolder(this.#environments.plain())
  }

  async #checkOwner(config: LaunchConfig, folder: string): Promise<void> {
    const { resume } = config
    if (resume === undefined || isFork(config)) return
    const others = (await holdersOf(folder, resume)).filter((pid) => ![...this.#processes].some((child) => child.pid === pid))
    if (others.length > 0) throw inUse(`another Claude Code (process ${others.join(', ')})`)
  }

  #own(sessionId: string, child: SdkProcess): void {
    for (const [id, owner] of this.#sessions) if (owner === child) this.#sessions.delete(id)
    this.#sessions.set(sessionId, child)
  }

  #forget(child: SdkProcess): void {
    this.#processes.delete(child)
    for (const [id, owner] of this.#sessions) if (owner === child) this.#sessions.delete(id)
  }
}

/** It leaves the session that it begins with to others. */
function isFork({ forkAt, aside }: LaunchConfig): boolean {
  return forkAt !== undefined || aside === true
}

async function ready(child: SdkProcess, signal: AbortSignal | undefined): Promise<void> {
  const aborted = Promise.withResolvers<never>()
  const onAbort = (): void => aborted.reject(stopped())
  signal?.addEventListener('abort', onAbort, { once: true })
  const timer = setTimeout(() => aborted.reject(tooSlow()), startTimeoutMs)
  const ended = child.exited.then((exit) => {
    throw endedEarly(exit.exitCode, exit.signal, exit.stderrTail)
  })
  ended.catch(() => {})
  try {
    // When the child ends, the SDK's own error may come first; the exit says more.
    await Promise.race([child.ready().catch(() => ended), ended, aborted.promise])
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
}

function needsMore(): AppError {
  return new AppError('STATE_CONFLICT', 'The MCP servers of this folder ask for variables that a process kept ready does not have.')
}

function inUse(who: string): AppError {
  return new AppError('SESSION_IN_USE', `The session of this conversation is open in ${who}. Close it there, then send the message again.`)
}

function stopped(): AppError {
  return new AppError('STATE_CONFLICT', 'The start was stopped. Press Start to try again.')
}

function tooSlow(): AppError {
  const message = `Claude didn’t respond within ${startTimeoutMs / 1_000} s of starting, so it was stopped. The machine may be busy; try again in a moment.`
  return new AppError('CLAUDE_START_TIMEOUT', message)
}

function endedEarly(exitCode: number | null, signal: string | null, stderrTail: string): AppError {
  const how = signal === null ? `exit code ${exitCode ?? 'unknown'}` : `signal ${signal}`
  const said = stderrTail.trim().slice(-500)
  const words = said === '' ? 'It said nothing.' : `It said: “${said}”.`
  const message = `Claude ended while it was starting (${how}). ${words} Fix this, then press Restart.`
  return new AppError('CLAUDE_EXITED', message, { data: { exitCode, signal } })
}
