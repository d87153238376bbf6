import { AppError, toAppError } from '../../../shared/app-error.ts'
import type { Message } from '../../../shared/domain/message.ts'
import type { KeptFile, Rewind } from '../../../shared/domain/rewind.ts'
import type { HeldFolder, Snapshot } from '../snapshots/snapshot.ts'
import { blank, checkMessage } from './rewind-draft.ts'
import { checkSomething, planForward, type FilePlan } from './rewind-preview.ts'
import { RewindPlans, type Planned, type RewindInput } from './rewind-plans.ts'
import type { Overwrite, PlannedStep } from './rewind-plan.ts'
import { withModes } from './rewind-modes.ts'
import type { RewindRecord } from './rewind-record.ts'
import { RewindRun } from './rewind-run.ts'
import type { RewindsDeps } from './rewinds-deps.ts'
import { noteOf } from './rewind-words.ts'

type UndoInput = { dryRun: boolean; overwrite: Overwrite }
/** What is to be taken back, planned while the folder is held. */
export type TakeBack = { steps: readonly PlannedStep[]; kept: KeptFile[] }

const pinnedMs = 30 * 24 * 3_600_000

/** Going back to before a message, taking changes back, and undoing both. */
export class Rewinds {
  readonly #deps: RewindsDeps
  readonly #run: RewindRun
  readonly #plans: RewindPlans

  constructor(deps: RewindsDeps) {
    this.#deps = deps
    this.#run = new RewindRun(deps)
    this.#plans = new RewindPlans(deps)
  }

  /** What was done in a conversation, the latest first; steps of it that were undone say so. */
  async list(conversationId: string): Promise<Rewind[]> {
    this.#deps.conversations.get(conversationId)
    const undone = new Set<string>()
    return (await this.#deps.store.list(conversationId)).map(({ rewind }) => {
      const { id, undoes } = rewind
      const isUndone = id !== null && undone.has(id)
      if (!isUndone && undoes !== undefined) undone.add(undoes)
      return { ...rewind, undone: isUndone }
    })
  }

  /**
   * Goes back to before a message of the user. Throws NOT_FOUND, BAD_REQUEST, CONVERSATION_BUSY and FOLDER_BUSY while something runs, CONVERSATION_ARCHIVED,
   * STATE_CONFLICT where there is no snapshot or nothing to do, DISK_FULL; files and thread are as before then.
   */
  async rewind(conversationId: string, input: RewindInput): Promise<Rewind> {
    const { conversations } = this.#deps
    const message = await conversations.message(conversationId, input.messageId)
    checkMessage(message)
    if (input.dryRun) return this.#plans.preview(conversationId, message, input)
    const rewind = { ...blank(conversationId, 'rewind', input.what), messageId: message.id, prompt: message.text }
    this.#deps.threads.check(conversationId, 'rewinding')
    const thread =
      input.what === 'files'
        ? null
        : { ...(await conversations.rewindRange(conversationId, message.id)), messageId: message.id, came: false }
    const messages = thread?.messages ?? 0
    const draft = { version: 1 as const, rewind: { ...rewind, messages }, files: null, thread, line: null }
    if (input.what === 'conversation') return this.#finish({ ...draft, phase: 'applying' }, message)
    const start = await this.#plans.startOf(conversationId, message)
    const record = await this.#change(conversationId, start.folder, draft, async (now) => {
      const { plan } = await this.#plans.back(conversationId, { start, now, overwrite: input.overwrite })
      if (input.what === 'files') checkSomething(plan)
      return { plan, target: start.snapshot.tree, then: start.snapshot }
    })
    return this.#finish(record, message)
  }

  /** Undoes a rewind, what was taken back, or an undo. Throws as `rewind`, and STATE_CONFLICT once it is undone, or messages cannot come back. */
  async undo(conversationId: string, rewindId: string, { dryRun, overwrite }: UndoInput): Promise<Rewind> {
    const { store, threads } = this.#deps
    const record = await store.get(conversationId, rewindId)
    if ((await this.list(conversationId)).some(({ id, undone }) => id === rewindId && undone))
      throw new AppError('STATE_CONFLICT', 'This was undone already.')
    const { thread, warnings } = await this.#threadBack(conversationId, record)
    const what = thread === null ? 'files' : record.files === null ? 'conversation' : 'both'
    const { messageId, prompt } = record.rewind
    const messages = thread === null ? 0 : record.rewind.messages
    const rewind = { ...blank(conversationId, 'undo', what), messageId, prompt, messages, warnings, undoes: rewindId }
    const { files } = record
    const planned = async (now: Snapshot) => {
      if (files === null) throw new Error('It changed no files.')
      return { plan: await planForward(files, now, overwrite), target: files.before }
    }
    if (dryRun) {
      const shown =
        files === null ? rewind : await this.#plans.shown(rewind, await planned(await this.#plans.look(conversationId, files.folder)))
      return { ...shown, id: null, dryRun: true }
    }
    threads.check(conversationId, 'undoing the rewind')
    const draft = { version: 1 as const, rewind, files: null, thread, line: null }
    const message = messageId === null ? null : await this.#deps.conversations.message(conversationId, messageId).catch(() => null)
    const done =
      files === null ? { ...draft, phase: 'applying' as const } : await this.#change(conversationId, files.folder, draft, planned)
    const result = await this.#finish(done, message)
    if (record.line !== null) await threads.unsay(conversationId, record.line.seq).catch(() => {})
    return result
  }

  /** Takes back changes of files: `plan` is called while the folder is held, with a snapshot of how it is. Throws as `rewind`. */
  async takeBack(conversationId: string, folder: string, plan: (now: Snapshot) => Promise<TakeBack>): Promise<Rewind> {
    if (this.#deps.conversations.get(conversationId).state === 'archived') this.#deps.threads.check(conversationId, 'taking changes back')
    const draft = { version: 1 as const, rewind: blank(conversationId, 'take-back', 'files'), files: null, thread: null, line: null }
    const record = await this.#change(conversationId, folder, draft, async (now) => {
      const { steps, kept } = await plan(now)
      const taken: FilePlan = { steps: [...steps], kept, folder, before: now }
      checkSomething(taken)
      return { plan: taken, target: null }
    })
    return this.#finish(record, null)
  }

  /** Changes files while nothing else does. Throws what keeps it from that. */
  async #change(
    conversationId: string,
    folder: string,
    draft: Omit<RewindRecord, 'phase'>,
    plan: (now: Snapshot) => Promise<Planned>,
  ): Promise<RewindRecord> {
    const { snapshots } = this.#deps
    await this.#plans.checkNotBusy(conversationId, folder)
    return snapshots.locked(folder, async (held) => {
      await this.#plans.checkNotBusy(conversationId, folder)
      const now = await takeBefore(held, conversationId)
      const planned = await plan(now)
      const steps = await withModes(snapshots, folder, planned.plan.steps, { now, then: planned.then ?? now })
      const files = {
        folder,
        before: now.tree,
        after: null,
        steps,
        left: [],
        keep: this.#foldersToKeep(conversationId, folder),
      }
      const record: RewindRecord = { ...draft, phase: 'staging', rewind: await this.#plans.shown(draft.rewind, planned), files }
      const done = await this.#run.changeFiles(record, held)
      const trees = [now.tree, ...(done.files?.after ? [done.files.after] : [])]
      await snapshots.pin(folder, trees, new Date(Date.now() + pinnedMs).toISOString()).catch(() => {})
      return done
    })
  }

  async #finish(record: RewindRecord, message: Message | null): Promise<Rewind> {
    const { conversationId } = record.rewind
    if (record.files === null) await this.#deps.store.journal(record)
    const { rewind, thread } = await this.#run.finish(record)
    if (message !== null && thread !== null) {
      const tell = thread.came ? this.#deps.onReturned : this.#deps.onRewound
      await tell(conversationId, message).catch((err: unknown) => this.#deps.log.warn({ err, conversationId }, 'a draft could not be kept'))
    }
    await this.#tellClaude(rewind).catch((err: unknown) => this.#deps.log.warn({ err, conversationId }, 'Claude is not told of a rewind'))
    this.#deps.onChanged(conversationId)
    return rewind
  }

  async #tellClaude(rewind: Rewind): Promise<void> {
    const { conversations } = this.#deps
    const told = noteOf(rewind)
    if (told === null) return
    const { background: tasks = [], note } = conversations.get(rewind.conversationId)
    await conversations.setBackground(rewind.conversationId, { tasks, note: note === undefined ? told : `${note}\n\n${told}` })
  }

  /** How the thread goes forward again, or why it does not. */
  async #threadBack(
    conversationId: string,
    { thread, files }: RewindRecord,
  ): Promise<{ thread: RewindRecord['thread']; warnings: string[] }> {
    if (thread === null) return { thread: null, warnings: [] }
    const { conversations } = this.#deps
    try {
      if (!thread.came) await conversations.checkUndoRewind(conversationId, thread)
      else await conversations.checkNothingSince(conversationId, thread.toSeq)
      return { thread: { ...thread, came: !thread.came }, warnings: [] }
    } catch (thrown) {
      if (files === null) throw thrown
      return { thread: null, warnings: [toAppError(thrown).message] }
    }
  }

  #foldersToKeep(conversationId: string, folder: string): string[] {
    const cwd = this.#deps.cwdOf(conversationId)
    return [folder, ...(cwd === null ? [] : [cwd])]
  }
}

function takeBefore(held: HeldFolder, conversationId: string): Promise<Snapshot> {
  return held.take({ edge: 'before-rewind', conversationId, turnId: null, working: [conversationId] })
}
