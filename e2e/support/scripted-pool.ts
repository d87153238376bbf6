import { cpSync, rmSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import { AppError } from '../../shared/app-error.ts'
import type { PoolEvent } from '../../shared/domain/event.ts'
import { poolPolicySchema } from '../../shared/domain/pool.ts'
import type { ClaudeExit, ClaudeListener } from '../../electron/core/claude/claude-event.ts'
import type { ClaudeProcess, LaunchConfig } from '../../electron/core/claude/claude-process.ts'
import { ConversationStore } from '../../electron/core/conversations/conversation-store.ts'
import { EventLog } from '../../electron/core/events/event-log.ts'
import { affinityFileSchema } from '../../electron/core/pool/affinity.ts'
import { instanceFileSchema } from '../../electron/core/pool/instance-file.ts'
import { recoverTurns } from '../../electron/core/pool/recovery.ts'
import { Pool } from '../../electron/core/pool/pool.ts'
import { TaskLog } from '../../electron/core/queue/task-log.ts'
import { DiskWatch } from '../../electron/core/storage/disk-watch.ts'
import { JsonStore } from '../../electron/core/storage/json-store.ts'
import { Problems } from '../../electron/core/storage/problems.ts'

/** A turn that a scripted process has at work. */
export type OpenTurn = { text: string; process: ScriptedProcess }

/** What every scripted process was sent, and whether budgets and `claude` itself let work begin. */
export class ScriptedWorld {
  /** Every prompt, each time that it was sent. */
  readonly sent: string[] = []
  readonly processes = new Set<ScriptedProcess>()
  /** Words of the budget that is used up; null: none is. */
  budget: string | null = null
  /** What asking for budgets throws; null: it works. */
  budgetFault: Error | null = null
  /** What the next start of a process throws, once. */
  startFault: AppError | null = null
  /** False: there is no `claude` to run. */
  installed = true

  get open(): OpenTurn[] {
    return [...this.processes].flatMap((process) => (process.text === null ? [] : [{ text: process.text, process }]))
  }
}

const exited: ClaudeExit = { expected: true, exitCode: 0, signal: null, stderrTail: '', error: null }
let pids = 1_000_000

/** A `claude` at the boundary of the process, which ends a turn when it is told to. */
export class ScriptedProcess implements ClaudeProcess {
  readonly pid = (pids += 1)
  readonly startedAt = new Date()
  readonly elsewhere = null
  sessionId: string | null
  text: string | null = null
  readonly #world: ScriptedWorld
  readonly #listener: ClaudeListener

  constructor(world: ScriptedWorld, config: LaunchConfig, listener: ClaudeListener) {
    this.#world = world
    this.#listener = listener
    this.sessionId = config.resume ?? null
    world.processes.add(this)
  }

  send({ text }: { text: string }): void {
    if (!this.#world.processes.has(this)) throw new AppError('CLAUDE_EXITED', 'It has ended.')
    this.#world.sent.push(text)
    this.text = text
    this.sessionId ??= crypto.randomUUID()
    this.#listener.onEvent({
      type: 'session',
      sessionId: this.sessionId,
      model: 'scripted',
      claudeVersion: '2.1.329',
      tools: [],
      mcpServers: [],
    })
  }

  /** Ends the turn. `retryAt`: it met a usage limit that is over then. */
  end(outcome: 'done' | 'interrupted' | 'limit' = 'done', retryAt = ''): void {
    if (this.text === null) return
    const { text } = this
    this.text = null
    const error = outcome === 'limit' ? { code: 'RATE_LIMITED', message: 'The limit is reached.', data: { retryAt } } : null
    this.#listener.onEvent({
      type: 'result',
      ok: outcome === 'done',
      interrupted: outcome === 'interrupted',
      error,
      text: `Done: ${text}`,
      usage: { input: 1, output: 1, cacheRead: 0, cacheWrite: 0 },
      costUsd: null,
      searches: 0,
      byModel: [],
      calls: null,
      model: 'scripted',
      sessionId: this.sessionId ?? '',
    })
  }

  /** Ends by itself, in the middle of whatever it does. */
  crash(): void {
    if (!this.#world.processes.delete(this)) return
    this.text = null
    this.#listener.onExit({ ...exited, expected: false, exitCode: 1 })
  }

  async prime(): Promise<void> {}
  isCurrent = () => Promise.resolve(true)
  canClear = () => Promise.resolve(false)
  clear = () => Promise.resolve(false)
  hasHeld = (sessionId: string) => sessionId === this.sessionId
  async interrupt(): Promise<void> {
    this.end('interrupted')
  }
  async stopTask(): Promise<void> {}
  async isSuspended(): Promise<boolean> {
    return false
  }
  async freeze(): Promise<void> {}
  async thaw(): Promise<void> {}
  async stop(): Promise<ClaudeExit> {
    if (this.#world.processes.delete(this)) this.#listener.onExit(exited)
    return exited
  }
  usage = () => Promise.resolve(null)
}

export type ScriptedPool = { pool: Pool; conversations: ConversationStore; close: () => Promise<void> }

/** The pool as the app opens it, over a data folder, with scripted processes in the place of `claude`. */
export async function openScriptedPool(folder: string, world: ScriptedWorld): Promise<ScriptedPool> {
  await mkdir(folder, { recursive: true })
  const log = pino({ level: 'silent' })
  const disk = new DiskWatch({ folder })
  const watch = { problems: new Problems(), disk }
  const late: { pool?: Pool } = {}
  const conversations = await ConversationStore.open({ folder, log, onChange: ({ id }) => late.pool?.conversationChanged(id) })
  await recoverTurns(conversations)
  const events = new EventLog<PoolEvent>({ sync: (seq) => ({ type: 'sync', seq }), maxEvents: 100 })
  const store = <T>(name: string, schema: Parameters<typeof JsonStore.open<T>>[0]['schema'], fallback: T) =>
    JsonStore.open<T>({ path: join(folder, name), schema, fallback, holds: name, watch })
  const refused = () => new AppError('LIMIT_REACHED', world.budget ?? '', { data: { budgetId: 'budget', scope: 'all' } })
  const pool = await Pool.open({
    file: await store('instances.json', instanceFileSchema, instanceFileSchema.parse({})),
    policy: await store('pool.json', poolPolicySchema, poolPolicySchema.parse({ max: 1 })),
    affinity: await store('affinity.json', affinityFileSchema, affinityFileSchema.parse({})),
    openQueue: (kept) => TaskLog.open(join(folder, 'tasks.jsonl'), kept),
    conversations,
    events,
    start: async (config, listener) => {
      if (!world.installed) throw new AppError('CLAUDE_MISSING', 'There is no claude.')
      const fault = world.startFault
      world.startFault = null
      if (fault !== null) throw fault
      return new ScriptedProcess(world, config, listener)
    },
    park: () => Promise.reject(new AppError('STATE_CONFLICT', 'None here.')),
    clock: { now: () => performance.now() },
    locateClaude: () => (world.installed ? Promise.resolve() : Promise.reject(new AppError('CLAUDE_MISSING', 'There is no claude.'))),
    sessionHas: () => Promise.resolve(true),
    bringBack: () => Promise.resolve(false),
    copySession: () => Promise.resolve(null),
    stallSeconds: () => 3_600,
    checkBudget: () => (world.budget === null ? Promise.resolve() : Promise.reject(refused())),
    holds: (_, ids) => {
      if (world.budgetFault !== null) return Promise.reject(world.budgetFault)
      return Promise.resolve(new Map(world.budget === null ? [] : ids.map((id) => [id, world.budget ?? ''])))
    },
    onCrash: () => {},
  })
  late.pool = pool
  return {
    pool,
    conversations,
    close: async () => {
      await pool.close()
      await conversations.close()
      disk.close()
      events.close()
    },
  }
}

/** Copies a data folder as it is at this moment. A file that is being replaced may go in the middle of it: then once more. */
export function copyFolder(from: string, to: string): void {
  for (let tries = 1; ; tries += 1) {
    try {
      return cpSync(from, to, { recursive: true })
    } catch (thrown) {
      rmSync(to, { recursive: true, force: true })
      if (tries === 20) throw thrown
    }
  }
}
