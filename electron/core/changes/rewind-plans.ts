import { AppError, toAppError } from '../../../shared/app-error.ts'
import type { Message } from '../../../shared/domain/message.ts'
import type { KeptFile, Rewind, RewindWhat } from '../../../shared/domain/rewind.ts'
import type { AtWork } from '../pool/thread-rewinds.ts'
import { unwatched, type PlacedSnapshot, type Snapshot } from '../snapshots/snapshot.ts'
import { blank } from './rewind-draft.ts'
import { planBack, shownFiles, type FilePlan, type PreviewDeps } from './rewind-preview.ts'
import type { Overwrite } from './rewind-plan.ts'
import { mostNamed } from './rewind-run.ts'
import { cutOffWords, folderBusy, noSnapshotWords } from './rewind-words.ts'
import type { RewindsDeps } from './rewinds-deps.ts'
import { WhoChanged } from './who-changed.ts'

export type RewindInput = { messageId: string; what: RewindWhat; dryRun: boolean; overwrite: Overwrite }
/** A plan, and the tree that the files go to; null: to none that is kept. `then`: the snapshot that they go to. */
export type Planned = { plan: FilePlan; target: string | null; then?: Snapshot }

type Back = { plan: FilePlan; cutOff: boolean }

/** What rewinds would do, and what keeps them from it. */
export class RewindPlans {
  readonly #deps: RewindsDeps
  readonly #preview: PreviewDeps

  constructor(deps: RewindsDeps) {
    this.#deps = deps
    this.#preview = { ...deps, who: new WhoChanged(deps.git, deps.snapshots) }
  }

  /** What going back to a message would do, and what keeps it from that. Throws NOT_FOUND. */
  async preview(conversationId: string, message: Message, { what, overwrite }: RewindInput): Promise<Rewind> {
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
    const start = what === 'conversation' ? null : await this.startOf(conversationId, message).catch(warned)
    if (start === null) return { ...rewind, warnings }
    const busy = await this.#busyIn(start.folder)
    if (busy !== undefined && busy.conversationId !== conversationId) warnings.push(folderBusy(busy.instanceName).message)
    if (start.snapshot.late === true)
      warnings.push('The snapshot before this message was taken late, so the first changes of its turn may stay.')
    const now = await this.look(conversationId, start.folder)
    const { plan, cutOff } = await this.back(conversationId, { start, now, overwrite })
    if (cutOff) warnings.push(cutOffWords)
    return { ...(await this.shown(rewind, { plan, target: start.snapshot.tree })), warnings }
  }

  /** What going back to a snapshot does, with what stays though the conversation changed it. `cutOff`: some stays as work was cut off by the app's end. */
  async back(conversationId: string, ask: { start: PlacedSnapshot; now: Snapshot; overwrite: Overwrite }): Promise<Back> {
    const plan = await planBack(this.#preview, conversationId, ask)
    const kept = [...plan.kept, ...(await this.#outside(conversationId, plan))]
    const mayBeTheirs = kept.some(({ reason }) => reason === 'changed-since') || plan.steps.some(({ overwrites }) => overwrites === true)
    return { plan: { ...plan, kept }, cutOff: mayBeTheirs && (await this.#wasCutOff(conversationId, ask)) }
  }

  /** Whether Bullpen ended, since then, while the conversation worked in the folder. */
  async #wasCutOff(conversationId: string, { start, now }: { start: PlacedSnapshot; now: Snapshot }): Promise<boolean> {
    const all = await this.#deps.snapshots.of(start.folder)
    return all.some(({ seq, working }) => {
      return seq >= start.snapshot.seq && seq < now.seq && working.includes(unwatched) && working.includes(conversationId)
    })
  }

  /** The snapshot before the turn of a message. Throws STATE_CONFLICT where there is none. */
  async startOf(conversationId: string, { turnId }: Message): Promise<PlacedSnapshot> {
    const start = turnId === null ? null : await this.#deps.snapshots.before(conversationId, turnId)
    if (start === null) throw new AppError('STATE_CONFLICT', noSnapshotWords)
    return start
  }

  /** How a folder is now. Throws what `FolderSnapshots.take` does. */
  look(conversationId: string, folder: string): Promise<Snapshot> {
    const working = this.#deps.threads.atWork().flatMap((work) => work.conversationId ?? [])
    return this.#deps.snapshots.take(folder, { edge: 'seen', conversationId, turnId: null, working })
  }

  /** A rewind with the files of a plan. */
  async shown(rewind: Rewind, { plan, target }: Planned): Promise<Rewind> {
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

  /** Throws FOLDER_BUSY and CONVERSATION_BUSY while something works in a folder. */
  async checkNotBusy(conversationId: string, folder: string): Promise<void> {
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
}
