import { randomUUID } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { AppError } from '../../../shared/app-error.ts'
import type { ShellBlock } from '../../../shared/domain/attachment.ts'
import { idSchema } from '../../../shared/domain/common.ts'
import type { Message } from '../../../shared/domain/message.ts'
import { shellCommandSchema, type ShellRun } from '../../../shared/domain/shell-run.ts'
import { ProcessRecords } from '../claude/process-records.ts'
import type { ConversationStore } from '../conversations/conversation-store.ts'
import type { Drafts } from '../drafts/drafts.ts'
import type { Log } from '../log.ts'
import { newId } from '../storage/id.ts'
import { JsonStore, type StoreWatch } from '../storage/json-store.ts'
import { RunningCommand } from './shell-run.ts'

export type ShellRunsOptions = {
  home: string
  conversations: ConversationStore
  drafts: Drafts
  watch: StoreWatch
  log: Log
  /** Where the conversation works, and what its instance sets. */
  placeOf: (conversationId: string) => { cwd: string | null; env: Record<string, string> }
  /** The user's own environment with these variables, and the marker that its processes carry. */
  environment: (own: Record<string, string>, marker: string) => Promise<Record<string, string>>
  /** A line for the thread is on disk. */
  onMessage: (conversationId: string, message: Message) => void
  /** What runs in a conversation has changed, or has said something. */
  onRuns: (conversationId: string, runs: ShellRun[]) => void
}

const openSchema = z.object({ id: idSchema, conversationId: idSchema, command: shellCommandSchema })
const fileSchema = z.object({ version: z.literal(1).default(1), running: z.array(openSchema).default([]) })

const mostAtOnce = 10
/** Output is told at most so often. */
const tellMs = 200

/** The user's own command lines: each is recorded, bounded, can be stopped, and leaves a line in its conversation. */
export class ShellRuns {
  readonly #options: ShellRunsOptions
  readonly #file: JsonStore<z.infer<typeof fileSchema>>
  readonly #records: ProcessRecords
  readonly #running = new Map<string, { command: RunningCommand; conversationId: string; done: Promise<ShellBlock> }>()
  readonly #telling = new Map<string, NodeJS.Timeout>()
  #closed = false

  private constructor(options: ShellRunsOptions, file: JsonStore<z.infer<typeof fileSchema>>) {
    this.#options = options
    this.#file = file
    this.#records = new ProcessRecords(join(options.home, 'processes'))
  }

  /** Tells of what the end of the last run cut off; its processes have been ended before. */
  static async open(options: ShellRunsOptions): Promise<ShellRuns> {
    const file = await JsonStore.open({
      path: join(options.home, 'shell.json'),
      schema: fileSchema,
      fallback: fileSchema.parse({}),
      holds: 'which commands were running',
      watch: options.watch,
    })
    const runs = new ShellRuns(options, file)
    for (const { id, conversationId, command } of file.current().running) {
      const ended = 'Cut off when Bullpen ended. Its output is not known.'
      await runs.#end(id, conversationId, { type: 'shell', command, stdout: '', stderr: '', exitCode: null, ended })
    }
    return runs
  }

  list(conversationId: string): ShellRun[] {
    return [...this.#running.values()].filter((one) => one.conversationId === conversationId).map(({ command }) => command.view())
  }

  /**
   * Starts a command; `done` settles with what it said, once that is in the conversation. Throws NOT_FOUND, CONVERSATION_ARCHIVED,
   * FOLDER_MISSING, STATE_CONFLICT without a folder, LIMIT_REACHED.
   */
  async run(conversationId: string, commandLine: string): Promise<{ shellId: string; done: Promise<ShellBlock> }> {
    if (commandLine.trim() === '')
      throw new AppError('BAD_REQUEST', 'The command is empty. Write it behind the !.', { data: { field: 'command' } })
    if (commandLine.includes('\0'))
      throw new AppError('BAD_REQUEST', 'A command cannot hold the character NUL. Remove it.', { data: { field: 'command' } })
    const { cwd, env: own } = await this.#place(conversationId)
    const id = newId('shell')
    const marker = randomUUID()
    const env = await this.#options.environment(own, marker)
    if (this.#closed || this.#running.size >= mostAtOnce) throw tooMany()
    const onOutput = () => this.#tellSoon(conversationId)
    const command = new RunningCommand({ id, conversationId, command: commandLine, cwd, env, marker, records: this.#records, onOutput })
    const begun = Promise.withResolvers<void>()
    const done = begun.promise.then(() => this.#toItsEnd(id, conversationId, command))
    done.catch(() => {})
    this.#running.set(id, { command, conversationId, done })
    try {
      await this.#file.change(({ running, ...rest }) => ({ ...rest, running: [...running, { id, conversationId, command: commandLine }] }))
    } catch (thrown) {
      this.#running.delete(id)
      throw thrown
    }
    begun.resolve()
    this.#tell(conversationId)
    return { shellId: id, done }
  }

  /** Throws NOT_FOUND for one that does not run any more. */
  async stop(conversationId: string, id: string): Promise<void> {
    const run = this.#running.get(id)
    if (run?.conversationId !== conversationId) throw new AppError('NOT_FOUND', 'This command has ended already.')
    await run.command.stop('Stopped.')
  }

  /** Ends all; each still leaves its line. Never rejects. */
  async close(): Promise<void> {
    this.#closed = true
    const all = [...this.#running.values()]
    await Promise.allSettled(all.map(({ command }) => command.stop('Stopped when Bullpen was closed.')))
    await Promise.allSettled(all.map(({ done }) => done))
    for (const timer of this.#telling.values()) clearTimeout(timer)
  }

  async #place(conversationId: string): Promise<{ cwd: string; env: Record<string, string> }> {
    const { conversations, placeOf } = this.#options
    if (conversations.get(conversationId).state === 'archived')
      throw new AppError('CONVERSATION_ARCHIVED', 'This conversation is archived. Restore it, then run the command again.')
    const { cwd, env } = placeOf(conversationId)
    if (cwd === null)
      throw new AppError('STATE_CONFLICT', 'This conversation has no folder yet. Choose an instance first, then run the command.')
    const isFolder = await stat(cwd).then(
      (found) => found.isDirectory(),
      () => false,
    )
    if (!isFolder)
      throw new AppError('FOLDER_MISSING', `The folder ${cwd} is not there. Restore it, or choose another for this conversation.`)
    return { cwd, env }
  }

  async #toItsEnd(id: string, conversationId: string, command: RunningCommand): Promise<ShellBlock> {
    const shell = await command.run()
    try {
      await this.#end(id, conversationId, shell)
      await this.#options.drafts.attach(conversationId, { ...shell, id: randomUUID() })
    } catch (err) {
      this.#options.log.error({ err, conversationId }, 'what a command said could not be kept')
    } finally {
      this.#running.delete(id)
      this.#tell(conversationId)
    }
    return shell
  }

  /** Its line in the thread first; then it does not count as running any more. */
  async #end(id: string, conversationId: string, shell: ShellBlock): Promise<void> {
    const { conversations, onMessage } = this.#options
    if (conversations.has(conversationId)) {
      const notice = { kind: 'shell', level: 'info' as const }
      const draft = { role: 'system' as const, blocks: [shell], turnId: null, notice }
      onMessage(conversationId, await conversations.appendMessage(conversationId, draft, { sync: true }))
    }
    await this.#file.change(({ running, ...rest }) => ({ ...rest, running: running.filter((one) => one.id !== id) }))
  }

  #tellSoon(conversationId: string): void {
    if (this.#telling.has(conversationId)) return
    this.#telling.set(
      conversationId,
      setTimeout(() => this.#tell(conversationId), tellMs),
    )
  }

  #tell(conversationId: string): void {
    clearTimeout(this.#telling.get(conversationId))
    this.#telling.delete(conversationId)
    this.#options.onRuns(conversationId, this.list(conversationId))
  }
}

function tooMany(): AppError {
  const message = `${mostAtOnce} commands run already. Stop one, or wait for one to end.`
  return new AppError('LIMIT_REACHED', message, { data: { limit: mostAtOnce, retryAfterSeconds: 10 } })
}
