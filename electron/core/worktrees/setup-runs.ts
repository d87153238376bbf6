import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../../shared/app-error.ts'
import type { WorktreeSetup } from '../../../shared/domain/worktree.ts'
import { ProcessRecords } from '../claude/process-records.ts'
import type { Log } from '../log.ts'
import { RunningCommand } from '../shell/shell-run.ts'
import { writeFileAtomic } from '../storage/atomic-file.ts'
import type { Entry, WorktreeBook } from './worktree-book.ts'

export type SetupRunsOptions = {
  home: string
  book: WorktreeBook
  log: Log
  /** The user's own environment with these variables, and the marker that its processes carry. */
  environment: (own: Record<string, string>, marker: string) => Promise<Record<string, string>>
  /** How a set-up is has changed. */
  onChange: (instanceId: string) => void
}

export type SetupWish = { command: string; cwd: string; env: Record<string, string> }

/** Installing what a project needs may take its time. */
const longestMs = 30 * 60_000
const tellMs = 200
const tailLength = 2_000

/** Set-up commands of worktrees: each is the user's own command line, is watched, can be stopped and run again, and leaves what it said on disk. */
export class SetupRuns {
  readonly #options: SetupRunsOptions
  readonly #records: ProcessRecords
  readonly #running = new Map<string, { command: RunningCommand; done: Promise<boolean> }>()
  #closed = false

  constructor(options: SetupRunsOptions) {
    this.#options = options
    this.#records = new ProcessRecords(join(options.home, 'processes'))
  }

  /** What the end of the last run cut off has failed. */
  async recover(): Promise<void> {
    const { book } = this.#options
    for (const { id, setup } of book.all())
      if (setup?.state === 'running' || setup?.state === 'waiting')
        await book.change(id, { setup: { ...setup, state: 'failed', ended: 'Cut off when Bullpen ended.', endedAt: now() } })
  }

  isRunning(id: string): boolean {
    return this.#running.has(id)
  }

  /** Starts it; `done` answers whether it did what it should, once that is on disk. Throws STATE_CONFLICT while it runs. */
  async run(entry: Entry, wish: SetupWish): Promise<{ done: Promise<boolean> }> {
    if (this.#closed) throw new AppError('UNAVAILABLE', 'Bullpen is closing. Start it again, then run setup.')
    if (this.#running.has(entry.id))
      throw new AppError('STATE_CONFLICT', 'Setup is already running. Stop it first, or wait until it is done.')
    const marker = randomUUID()
    const command = new RunningCommand({
      id: entry.id,
      conversationId: '',
      command: wish.command,
      cwd: wish.cwd,
      env: await this.#options.environment(wish.env, marker),
      marker,
      records: this.#records,
      longestMs,
      onOutput: () => this.#tellSoon(entry),
    })
    const begun = Promise.withResolvers<void>()
    const done = begun.promise.then(() => this.#toItsEnd(entry, wish.command, command))
    done.catch(() => {})
    this.#running.set(entry.id, { command, done })
    try {
      await this.#options.book.change(entry.id, { setup: begin(wish.command) })
    } catch (thrown) {
      this.#running.delete(entry.id)
      throw thrown
    }
    begun.resolve()
    this.#options.onChange(entry.instanceId)
    return { done }
  }

  /** Throws STATE_CONFLICT where none runs. */
  async stop(id: string): Promise<void> {
    const running = this.#running.get(id)
    if (!running) throw new AppError('STATE_CONFLICT', 'Setup is not running.')
    await running.command.stop('Stopped.')
    await running.done.catch(() => {})
  }

  /** All that it said, as far as it is kept. */
  async output({ id, setup }: Entry): Promise<string> {
    const running = this.#running.get(id)
    if (running) return running.command.said()
    return readFile(this.#file(id), 'utf8').catch(() => setup?.tail ?? '')
  }

  async forget(id: string): Promise<void> {
    await rm(this.#file(id), { force: true }).catch(() => {})
  }

  /** Ends all. Never rejects. */
  async close(): Promise<void> {
    this.#closed = true
    const all = [...this.#running.values()]
    await Promise.allSettled(all.map(({ command }) => command.stop('Stopped when Bullpen was closed.')))
    await Promise.allSettled(all.map(({ done }) => done))
  }

  async #toItsEnd(entry: Entry, line: string, command: RunningCommand): Promise<boolean> {
    const { book, log, onChange } = this.#options
    const startedAt = now()
    try {
      const { exitCode, ended } = await command.run()
      const isDone = exitCode === 0
      await mkdir(join(this.#options.home, 'worktree-setups'), { recursive: true })
      await writeFileAtomic(this.#file(entry.id), command.said()).catch((err: unknown) =>
        log.warn({ err }, 'what a set-up said could not be kept'),
      )
      const tail = isDone ? '' : command.said().slice(-tailLength).toWellFormed()
      const state = isDone ? 'done' : 'failed'
      await book.change(entry.id, {
        setup: { ...begin(line), startedAt, state, exitCode, tail, endedAt: now(), ...(ended === undefined ? {} : { ended }) },
        ...(isDone ? { isReady: true } : {}),
      })
      return isDone
    } finally {
      this.#running.delete(entry.id)
      onChange(entry.instanceId)
    }
  }

  #tellSoon(entry: Entry): void {
    if (this.#telling.has(entry.id)) return
    this.#telling.add(entry.id)
    setTimeout(() => this.#tell(entry), tellMs).unref()
  }

  readonly #telling = new Set<string>()

  #tell(entry: Entry): void {
    this.#telling.delete(entry.id)
    const running = this.#running.get(entry.id)
    const { setup } = this.#options.book.find(entry.id) ?? {}
    if (!running || setup?.state !== 'running') return
    this.#options.book.showSetup(entry.id, { ...setup, tail: running.command.view().tail.slice(-tailLength).toWellFormed() })
    this.#options.onChange(entry.instanceId)
  }

  #file(id: string): string {
    return join(this.#options.home, 'worktree-setups', `${id}.txt`)
  }
}

/** How it is when it begins. */
function begin(command: string): WorktreeSetup {
  return { command, state: 'running', exitCode: null, tail: '', startedAt: now(), endedAt: null }
}

function now(): string {
  return new Date().toISOString()
}
