import { createHash, randomUUID } from 'node:crypto'
import { closeSync, fdatasync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Conversation } from '../../../shared/domain/conversation.ts'
import { begunTurn } from '../../../shared/domain/turn.ts'
import { ConversationFold } from '../conversations/conversation-fold.ts'
import type { Entry } from '../conversations/entry.ts'

/** A conversation's file that is complete and on the disk, outside of the folder where conversations live. */
export type StagedFile = {
  path: string
  id: string
  /** What the app would find by reading it. */
  conversation: Conversation
  lastMessageSeq: number
  bytes: number
  sha256: string
  /** What was changed so that it is at rest here. */
  notes: string[]
}

const flushBytes = 1024 * 1024
const sync = promisify(fdatasync)

/**
 * Writes one conversation's file into the staging folder. Meant for a worker: writing waits for the disk.
 * Throws what the disk says; then the caller drops it.
 */
export class StageWriter {
  readonly path: string
  readonly fold: ConversationFold
  readonly #id: string
  readonly #digest = createHash('sha256')
  readonly #fd: number
  readonly #notes: string[] = []
  #parts: Buffer[] = []
  #waiting = 0
  #bytes = 0
  #open = true

  constructor(folder: string, id: string) {
    this.path = join(folder, `${randomUUID()}.jsonl`)
    this.#id = id
    this.fold = new ConversationFold(id)
    this.#fd = openSync(this.path, 'wx', 0o600)
  }

  /** Bytes of a line as they are, and what they say. */
  raw(bytes: Buffer, entry: Entry | 'damaged' | 'unknown'): void {
    if (entry === 'damaged') this.fold.damaged()
    else if (entry !== 'unknown') this.fold.apply(entry, { offset: this.#bytes, length: bytes.length })
    this.#write(bytes)
  }

  entry(entry: Entry): void {
    this.raw(Buffer.from(`${JSON.stringify(entry)}\n`), entry)
  }

  /** Says in the report what was changed; once, however often it is said. */
  note(text: string): void {
    if (!this.#notes.includes(text)) this.#notes.push(text)
  }

  /** Ends what was under way where the file comes from; resolves once all is on the disk. Nothing more may be written. */
  async finish(): Promise<StagedFile> {
    const notes = [...this.#notes, ...this.#atRest()]
    this.#flush()
    const sha256 = this.#digest.digest('hex')
    try {
      await sync(this.#fd)
    } finally {
      this.#close()
    }
    const { conversation, lastMessageSeq } = this.fold
    return { path: this.path, id: this.#id, conversation, lastMessageSeq, bytes: this.#bytes, sha256, notes }
  }

  drop(): void {
    this.#close()
    rmSync(this.path, { force: true })
  }

  /** A prompt that waits there must not be sent from here, and a turn that runs there does not run here. */
  #atRest(): string[] {
    const notes: string[] = []
    const { tasks, openTurns, conversation } = this.fold
    const at = conversation.updatedAt
    const next = () => ({ seq: this.fold.nextSeq, at })
    for (const taskId of Array.from(tasks.keys())) this.entry({ type: 'task-drop', taskId, reason: 'withdrawn', ...next() })
    const turns = [...openTurns]
    for (const [id, { startedAt }] of turns) {
      const begun = begunTurn({ id, conversationId: this.#id, instanceId: conversation.instanceId, startedAt })
      const error = { code: 'TURN_LOST', message: 'This turn had not ended when the conversation was exported.' }
      this.entry({ type: 'turn', turn: { ...begun, outcome: 'lost', error, endedAt: at }, ...next() })
    }
    if (turns.length > 0) notes.push('A turn that still ran was ended.')
    return notes
  }

  #write(bytes: Buffer): void {
    this.#digest.update(bytes)
    this.#bytes += bytes.length
    this.#parts.push(bytes)
    this.#waiting += bytes.length
    if (this.#waiting >= flushBytes) this.#flush()
  }

  #flush(): void {
    const bytes = Buffer.concat(this.#parts)
    this.#parts = []
    this.#waiting = 0
    for (let done = 0; done < bytes.length;) done += writeSync(this.#fd, bytes, done)
  }

  #close(): void {
    if (this.#open) closeSync(this.#fd)
    this.#open = false
  }
}
