import { AppError, toAppError } from '../../../shared/app-error.ts'
import type { Uncovered } from '../../../shared/domain/changes.ts'
import type { Message } from '../../../shared/domain/message.ts'
import type { KeptFile, Rewind, RewindWhat } from '../../../shared/domain/rewind.ts'
import type { ConversationStore } from '../conversations/conversation-store.ts'
import type { Git } from '../git/git.ts'
import type { Log } from '../log.ts'
import type { AtWork, ThreadRewinds } from '../pool/thread-rewinds.ts'
import type { FolderSnapshots, HeldFolder, PlacedSnapshot, Snapshot } from '../snapshots/snapshot.ts'
import { newId } from '../storage/id.ts'
import { checkSomething, planBack, planForward, shownFiles, type FilePlan, type PreviewDeps } from './rewind-preview.ts'
import type { Overwrite, PlannedStep } from './rewind-plan.ts'
import type { RewindRecord } from './rewind-record.ts'
import { mostNamed, RewindRun } from './rewind-run.ts'
import type { RewindStore } from './rewind-store.ts'
import { folderBusy, noSnapshotWords, noteOf } from './rewind-words.ts'
import { WhoChanged } from './who-changed.ts'

export type RewindsDeps = {
  store: RewindStore
  conversations: ConversationStore
  snapshots: FolderSnapshots
  git: Git
  threads: Pick<ThreadRewinds, 'check' | 'atWork' | 'back' | 'forward' | 'say' | 'unsay'>
  /** Where a conversation works; null: nowhere yet. */
  cwdOf: (conversationId: string) => string | null
  /** What this conversation's tools changed and a tree of the folder does not cover. */
  outside: (conversationId: string, folder: string, tree: string) => Promise<Uncovered[]>
  /** A message has left the thread: its words may be written anew. */
  onRewound: (conversationId: string, message: Message) => Promise<void>
  /** It is back. */
  onReturned: (conversationId: string, message: Message) => Promise<void>
  /** Files of its folder may be others than before. */
  onChanged: (conversationId: string) => void
  log: Log
}

type RewindInput = { messageId: string; what: RewindWhat; dryRun: boolean; overwrite: Overwrite }
type UndoInput = { dryRun: boolean; overwrite: Overwrite }
/** What is to be taken back, planned while the folder is held. */
export type TakeBack = { steps: readonly PlannedStep[]; kept: KeptFile[] }

const pinnedMs = 30 * 24 * 3_600_000

/** Going back to before a message, taking changes back, and undoing both. */
export class Rewinds {
  readonly #deps: RewindsDeps
  readonly #run: RewindRun
  readonly #preview: PreviewDeps

  constructor(deps: RewindsDeps) {
    this.#deps = deps
    this.#run = new RewindRun(deps)
    this.#preview = { ...deps, who: new WhoChanged(deps.git, deps.snapshots) }
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
    if (input.dryRun) return this.#previewOf(conversationId, message, input)
    const rewind = { ...blank(conversationId, 'rewind', input.what), messageId: message.id, prompt: message.text }
    this.#deps.threads.check(conversationId, 'rewinding')
    const thread =
      input.what === 'files'
        ? null
        : { ...(await conversations.rewindRange(conversationId, message.id)), messageId: message.id, came: false }
    const messages = thread?.messages ?? 0
    const draft = { version: 1 as const, rewind: { ...rewind, messages }, files: null, thread, line: null }
    if (input.what === 'conversation') return this.#finish({ ...draft, phase: 'applying' }, message)
    const start = await this.#startOf(conversationId, message)
    const record = await this.#change(conversationId, start.folder, draft, async (now) => {
      const plan = await planBack(this.#preview, conversationId, { start, now, overwrite: input.overwrite })
      if (input.what === 'files') checkSomething(plan)
      const kept = [...plan.kept, ...(await this.#outside(conversationId, plan))]
      return { plan: { ...plan, kept }, target: start.snapshot.tree }
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
      const shown = files === null ? rewind : await this.#shown(rewind, await planned(await this.#look(conversationId, files.folder)))
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

  async #previewOf(conversationId: string, message: Message, { what, overwrite }: RewindInput): Promise<Rewind> {
    const { conversations, threads } = this.#deps
    const warnings: string[] = []
    const warned = (thrown: unknown): null => {
      warnings.push(toAppError(thrown).message)
      return null
    }
    try {
      threads.check(conversationId, 'rewinding')
    } catch (thrown) {
      warned(thrown)
    }
    const messages = what === 'files' ? 0 : (await conversations.rewindRange(conversationId, message.id)).messages
    const rewind: Rewind = {
      ...blank(conversationId, 'rewind', what),
      id: null,
      dryRun: true,
      messageId: message.id,
      prompt: message.text,
      messages,
    }
    const start = what === 'conversation' ? null : await this.#startOf(conversationId, message).catch(warned)
    if (start === null) return { ...rewind, warnings }
    const busy = await this.#busyIn(start.folder)
    if (busy !== undefined && busy.conversationId !== conversationId) warnings.push(folderBusy(busy.instanceName).message)
    if (start.snapshot.late === true)
      warnings.push('The snapshot before this message was taken late, so the first changes of its turn may stay.')
    const now = await this.#look(conversationId, start.folder)
    const plan = await planBack(this.#preview, conversationId, { start, now, overwrite })
    const kept = [...plan.kept, ...(await this.#outside(conversationId, plan))]
    return { ...(await this.#shown(rewind, { plan: { ...plan, kept }, target: start.snapshot.tree })), warnings }
  }

  /** Changes files while nothing else does. Throws what keeps it from that. */
  async #change(
    conversationId: string,
    folder: string,
    draft: Omit<RewindRecord, 'phase'>,
    plan: (now: Snapshot) => Promise<{ plan: FilePlan; target: string | null }>,
  ): Promise<RewindRecord> {
    const { snapshots } = this.#deps
    await this.#notBusy(conversationId, folder)
    return snapshots.locked(folder, async (held) => {
      await this.#notBusy(conversationId, folder)
      const now = await takeBefore(held, conversationId)
      const planned = await plan(now)
      const { steps } = planned.plan
      const files = {
        folder,
        before: now.tree,
        after: null,
        steps: steps.map(bare),
        left: [],
        keep: this.#foldersToKeep(conversationId, folder),
      }
      const record: RewindRecord = { ...draft, phase: 'staging', rewind: await this.#shown(draft.rewind, planned), files }
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

  async #startOf(conversationId: string, { turnId }: Message): Promise<PlacedSnapshot> {
    const start = turnId === null ? null : await this.#deps.snapshots.before(conversationId, turnId)
    if (start === null) throw new AppError('STATE_CONFLICT', noSnapshotWords)
    return start
  }

  #look(conversationId: string, folder: string): Promise<Snapshot> {
    const working = this.#deps.threads.atWork().flatMap((work) => work.conversationId ?? [])
    return this.#deps.snapshots.take(folder, { edge: 'seen', conversationId, turnId: null, working })
  }

  async #shown(rewind: Rewind, { plan, target }: { plan: FilePlan; target: string | null }): Promise<Rewind> {
    const files = await shownFiles(this.#preview, plan, target ?? plan.before.tree)
    return {
      ...rewind,
      folder: plan.folder,
      files: files.slice(0, mostNamed),
      fileCount: files.length,
      kept: plan.kept.slice(0, mostNamed),
      keptCount: plan.kept.length,
    }
  }

  async #outside(conversationId: string, { folder, before, kept }: FilePlan): Promise<KeptFile[]> {
    const uncovered = this.#deps.snapshots.uncovered(folder).map(({ path, reason }): KeptFile => ({ path, reason }))
    const known = new Set(uncovered.map(({ path }) => path))
    const outside = await this.#deps.outside(conversationId, folder, before.tree).catch(() => [])
    const named = new Set(kept.map(({ path }) => path))
    return [...outside.filter(({ path }) => !known.has(path)), ...uncovered].filter(({ path }) => !named.has(path))
  }

  async #notBusy(conversationId: string, folder: string): Promise<void> {
    const busy = await this.#busyIn(folder)
    if (busy === undefined) return
    if (busy.conversationId !== conversationId) throw folderBusy(busy.instanceName)
    const message = `${busy.instanceName} is working in this conversation. Stop it or wait for it to finish, then try again.`
    throw new AppError('CONVERSATION_BUSY', message)
  }

  async #busyIn(folder: string): Promise<AtWork | undefined> {
    for (const work of this.#deps.threads.atWork()) {
      if ((await this.#deps.snapshots.folderOf(work.cwd).catch(() => null)) === folder) return work
    }
    return undefined
  }

  #foldersToKeep(conversationId: string, folder: string): string[] {
    const cwd = this.#deps.cwdOf(conversationId)
    return [folder, ...(cwd === null ? [] : [cwd])]
  }
}

function takeBefore(held: HeldFolder, conversationId: string): Promise<Snapshot> {
  return held.take({ edge: 'before-rewind', conversationId, turnId: null, working: [conversationId] })
}

function bare({ path, from, to }: PlannedStep) {
  return { path, from, to }
}

function blank(conversationId: string, kind: Rewind['kind'], what: RewindWhat): Rewind {
  return {
    id: newId('rewind'),
    kind,
    conversationId,
    messageId: null,
    what,
    at: new Date().toISOString(),
    dryRun: false,
    folder: null,
    files: [],
    fileCount: 0,
    kept: [],
    keptCount: 0,
    messages: 0,
    prompt: '',
    warnings: [],
    undone: false,
  }
}

/** Throws BAD_REQUEST for one that no turn begins with. */
function checkMessage({ role, superseded, joinedAs, parentToolUseId }: Message): void {
  const data = { data: { field: 'messageId' } }
  if (role !== 'user' || parentToolUseId !== undefined)
    throw new AppError('BAD_REQUEST', 'Choose one of your own messages to rewind to.', data)
  if (superseded === true) throw new AppError('BAD_REQUEST', 'This message is no longer in the thread. Choose a current one.', data)
  if (joinedAs !== undefined)
    throw new AppError(
      'BAD_REQUEST',
      'This message went into a turn that was running already. Rewind to the message that started it.',
      data,
    )
}
