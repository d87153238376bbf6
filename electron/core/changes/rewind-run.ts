import { toAppError } from '../../../shared/app-error.ts'
import type { Message, MessageNotice } from '../../../shared/domain/message.ts'
import type { KeptFile, Rewind } from '../../../shared/domain/rewind.ts'
import type { FolderSnapshots, HeldFolder } from '../snapshots/snapshot.ts'
import { actionOf, type FileStep, type StepResult } from './file-step.ts'
import type { RewindRecord, ThreadPart } from './rewind-record.ts'
import type { RewindStore } from './rewind-store.ts'
import { lineOf } from './rewind-words.ts'
import { StepRun } from './step-run.ts'

/** So many files are named in an answer. */
export const mostNamed = 5_000

type Range = { fromSeq: number; toSeq: number }

/** What becomes of a thread, as `ThreadRewinds` of the pool does it. */
export type Threads = {
  /** `fromSeq`: the place of the message. */
  back: (id: string, messageId: string, fromSeq: number) => Promise<Range>
  forward: (id: string, range: Range) => Promise<void>
  say: (id: string, text: string, notice: MessageNotice) => Promise<Pick<Message, 'id' | 'seq'>>
}

export type RewindRunDeps = { store: RewindStore; snapshots: FolderSnapshots; threads: Threads }

/** Carries out a rewind that is planned, so that a kill at any moment ends in the state before or after it. */
export class RewindRun {
  readonly #deps: RewindRunDeps

  constructor(deps: RewindRunDeps) {
    this.#deps = deps
  }

  /**
   * Changes the files of a record, in a folder that is held. Answers the record with what became of each. Throws DISK_FULL and STATE_CONFLICT, and
   * then no file has changed.
   */
  async changeFiles(record: RewindRecord, held: HeldFolder): Promise<RewindRecord> {
    const { store } = this.#deps
    await store.journal(record)
    const run = this.#stepRun(record)
    try {
      await run?.stage()
    } catch (thrown) {
      await store.drop(record)
      throw thrown
    }
    const applying: RewindRecord = { ...record, phase: 'applying' }
    await store.journal(applying).catch(async (thrown: unknown) => {
      await run?.discard()
      await store.drop(record)
      throw thrown
    })
    return this.#apply(applying, run, held)
  }

  /** What is left to do once the files are as they are to be: the thread, and the line in it. */
  async finish(record: RewindRecord): Promise<RewindRecord> {
    const { store, threads } = this.#deps
    const { conversationId } = record.rewind
    let next: RewindRecord = { ...record, phase: 'done' }
    if (record.thread !== null) next = await this.#changeThread(next, record.thread)
    const line = await threads.say(conversationId, lineOf(next.rewind), noticeOf(next.rewind)).catch(() => null)
    next = { ...next, line: line === null ? null : { id: line.id, seq: line.seq } }
    await store.done(next)
    return next
  }

  /** Goes on with one that the end of the last run cut off; null where nothing of it had happened. */
  async recover(record: RewindRecord): Promise<RewindRecord | null> {
    const { store, snapshots } = this.#deps
    const run = this.#stepRun(record, true)
    const done = await store.find(record)
    if (done !== null) {
      await store.drop(record)
      return done
    }
    if (record.phase === 'staging') {
      await run?.discard()
      await store.drop(record)
      return null
    }
    const { files } = record
    const applied = files === null ? record : await snapshots.locked(files.folder, (held) => this.#apply(record, run, held))
    return this.finish(applied)
  }

  #stepRun({ files, rewind }: RewindRecord, goesOn = false): StepRun | null {
    if (files === null) return null
    const { folder, steps, keep } = files
    return new StepRun({
      folder,
      steps,
      keep,
      goesOn,
      name: `bullpen-${rewind.id}`,
      read: (object) => this.#deps.snapshots.read(folder, object),
    })
  }

  async #apply(record: RewindRecord, run: StepRun | null, held: HeldFolder): Promise<RewindRecord> {
    const { files, rewind } = record
    if (files === null || run === null) return record
    const results = await run.apply()
    const after = await held
      .take({ edge: 'after-rewind', conversationId: rewind.conversationId, turnId: null, working: [] })
      .catch(() => null)
    const steps = files.steps.filter((_, index) => results[index] === 'done')
    const left = files.steps.flatMap((step, index) => leftOf(step, results[index]))
    return {
      ...record,
      rewind: withResults(rewind, steps, left),
      files: { ...files, after: after?.tree ?? null, steps, left: left.map(({ path, reason }) => ({ path, reason })) },
    }
  }

  /** Somebody may have written in the conversation meanwhile: the files are then all that was done, which is told. */
  async #changeThread(record: RewindRecord, thread: ThreadPart): Promise<RewindRecord> {
    const { threads } = this.#deps
    const { conversationId } = record.rewind
    try {
      if (thread.came) await threads.forward(conversationId, thread)
      const range = thread.came ? thread : await threads.back(conversationId, thread.messageId, thread.fromSeq)
      return { ...record, thread: { ...thread, fromSeq: range.fromSeq, toSeq: range.toSeq } }
    } catch (thrown) {
      if (record.files === null) {
        await this.#deps.store.drop(record)
        throw thrown
      }
      const warnings = [...record.rewind.warnings, `The conversation stays as it is: ${toAppError(thrown).message}`]
      return { ...record, thread: null, rewind: { ...record.rewind, what: 'files', messages: 0, warnings } }
    }
  }
}

function leftOf(step: FileStep, result: StepResult | undefined): (KeptFile & { reason: Exclude<StepResult, 'done'> })[] {
  if (result === 'done') return []
  return [{ path: step.path, reason: result ?? 'changed-meanwhile', action: actionOf(step) }]
}

function withResults(rewind: Rewind, steps: readonly FileStep[], left: readonly KeptFile[]): Rewind {
  const taken = new Set(steps.map(({ path }) => path))
  return {
    ...rewind,
    files: rewind.files.filter(({ path }) => taken.has(path)),
    fileCount: steps.length,
    kept: [...left, ...rewind.kept].slice(0, mostNamed),
    keptCount: rewind.keptCount + left.length,
  }
}

function noticeOf({ id, kind, what, fileCount, keptCount, messages }: Rewind): MessageNotice {
  return { kind: 'rewind', level: 'info', data: { rewindId: id, rewind: kind, what, files: fileCount, kept: keptCount, messages } }
}
