import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pino } from 'pino'
import type { Rewinds } from '../../electron/core/changes/rewinds.ts'
import type { Overwrite } from '../../electron/core/changes/rewind-plan.ts'
import { ConversationStore } from '../../electron/core/conversations/conversation-store.ts'
import { Git } from '../../electron/core/git/git.ts'
import type { ScanLimits } from '../../electron/core/snapshots/scan.ts'
import type { Snapshots } from '../../electron/core/snapshots/snapshots.ts'
import type { Rewind, RewindWhat } from '../../shared/domain/rewind.ts'
import { fileRewinds } from './rewind-checks.ts'
import { SnapshotFolder } from './snapshot-folder.ts'

/** A folder in which conversations work and are rewound, without Claude: what it changes is done by the test. */
export class RewindPlace {
  readonly #place: SnapshotFolder
  readonly conversations: ConversationStore
  /** The first conversation. */
  readonly id: string
  #turns = 0

  private constructor(place: SnapshotFolder, conversations: ConversationStore, id: string) {
    this.#place = place
    this.conversations = conversations
    this.id = id
  }

  static async make(options: { repository?: boolean; limits?: Partial<ScanLimits> } = {}): Promise<RewindPlace> {
    const place = await SnapshotFolder.make({ repository: true, ...options })
    const conversations = await ConversationStore.open({ folder: place.data, onChange: () => {}, log: pino({ level: 'silent' }) })
    const { id } = await conversations.create({ cwd: place.folder })
    return new RewindPlace(place, conversations, id)
  }

  get folder(): string {
    return this.#place.folder
  }

  get data(): string {
    return this.#place.data
  }

  get snapshots(): Snapshots {
    return this.#place.snapshots
  }

  get rewinds(): Rewinds {
    const { snapshots, data, home } = this.#place
    const git = new Git(() => Promise.resolve({ ...process.env, HOME: home, XDG_CONFIG_HOME: join(home, '.config') }))
    return fileRewinds({ conversations: this.conversations, snapshots, git, home: data })
  }

  git(...args: string[]): string {
    return this.#place.git(...args)
  }

  path(name: string): string {
    return join(this.folder, name)
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8')
  }

  write(name: string, text: string): void {
    mkdirSync(dirname(this.path(name)), { recursive: true })
    writeFileSync(this.path(name), text)
  }

  /** A message, and a turn in which this happens; answers the message. */
  async turn(work: () => void | Promise<void>, conversationId = this.id): Promise<string> {
    this.#turns += 1
    const turnId = `turn_${this.#turns.toString(16).padStart(12, '0')}`
    const draft = { role: 'user' as const, blocks: [{ type: 'text' as const, text: `do ${this.#turns}` }], turnId }
    const message = await this.conversations.appendMessage(conversationId, draft, { sync: false })
    const about = { conversationId, turnId }
    await this.snapshots.take(this.folder, { edge: 'turn-start', ...about, working: [conversationId] })
    await work()
    await this.snapshots.take(this.folder, { edge: 'turn-end', ...about, working: [] })
    return message.id
  }

  rewind(messageId: string, input: { what?: RewindWhat; overwrite?: Overwrite; conversationId?: string } = {}): Promise<Rewind> {
    const { conversationId = this.id, what = 'files', overwrite = [] } = input
    return this.rewinds.rewind(conversationId, { messageId, what, overwrite, dryRun: false })
  }

  undo({ id, conversationId }: Rewind, overwrite: Overwrite = []): Promise<Rewind> {
    return this.rewinds.undo(conversationId, id ?? '', { dryRun: false, overwrite })
  }

  /** As after a restart of the app: what git goes by is read anew. */
  reopen(): Promise<void> {
    return this.#place.reopen()
  }

  async remove(): Promise<void> {
    await this.conversations.close()
    await this.#place.remove()
  }
}
