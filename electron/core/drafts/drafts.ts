import { AppError } from '../../../shared/app-error.ts'
import { longestDraftParts, type DraftChange, type DraftInput, type DraftNews, type DraftPart } from '../../../shared/domain/draft.ts'
import type { DraftFiles, DraftHead } from './draft-files.ts'

type Kept = DraftHead['parts'][number]

/** Drafts beyond this are refused; those that are there can still be changed and sent. */
const mostDrafts = 1_000

/** What is written and not sent, for every page: on disk before anybody is told. */
export class Drafts {
  readonly #files: DraftFiles
  readonly #onChange: (change: DraftChange) => void
  /** Revisions at which drafts were emptied, for pages that still show them; the latest last. */
  readonly #emptied = new Map<string, number>()
  /** The last change of each draft, which the next one waits for. */
  readonly #last = new Map<string, Promise<unknown>>()

  constructor(files: DraftFiles, onChange: (change: DraftChange) => void) {
    this.#files = files
    this.#onChange = onChange
  }

  /** The draft, of the parts that are `known` the names only; an empty one, of revision 0 where nothing was written lately. */
  get(key: string, known: readonly string[] = []): Promise<DraftNews> {
    return this.#inTurn(key, async () => {
      const head = await this.#files.head(key)
      if (!head) return { text: '', parts: [], revision: this.#emptied.get(key) ?? 0, updatedAt: null }
      const read = async (id: string) => (known.includes(id) ? { type: 'kept' as const, id } : this.#files.part(key, id))
      const parts = await Promise.all(head.parts.map(({ id }) => read(id)))
      return { ...head, parts: parts.filter((part) => part !== null) }
    })
  }

  /**
   * Keeps it. The newest words win; a part that came after the `base` the writer knew stays. Throws BAD_REQUEST for a part that
   * is to be kept and is not there, TOO_LARGE, LIMIT_REACHED, DISK_FULL.
   */
  put(key: string, { text, parts, base, writer }: DraftInput): Promise<DraftHead> {
    return this.#inTurn(key, async () => {
      const head = await this.#files.head(key)
      if (!head) await this.#checkRoom(key)
      const revision = nextRevision(head)
      const known = new Map((head?.parts ?? []).map((part) => [part.id, part]))
      const named = new Set(parts.map(({ id }) => id))
      const later = (head?.parts ?? []).filter(({ id, since }) => since > base && !named.has(id))
      const kept = [...parts.map((part) => keptOf(part, known, revision)), ...later]
      checkSize(kept)
      for (const part of parts) if (part.type !== 'kept' && !known.has(part.id)) await this.#files.writePart(key, part)
      return this.#write(key, { text, parts: kept, revision, updatedAt: new Date().toISOString() }, head, writer ?? null)
    })
  }

  /** Adds a part from elsewhere, such as the output of a command. */
  attach(key: string, part: DraftPart): Promise<DraftHead> {
    return this.#inTurn(key, async () => {
      const head = await this.#files.head(key)
      const revision = nextRevision(head)
      const kept = [...(head?.parts ?? []), { id: part.id, since: revision, size: sizeOf(part) }]
      checkSize(kept)
      await this.#files.writePart(key, part)
      return this.#write(key, { text: head?.text ?? '', parts: kept, revision, updatedAt: new Date().toISOString() }, head, null)
    })
  }

  /** It was sent as it was at a revision: what was written since stays. */
  async sent(key: string, revision: number): Promise<void> {
    await this.#inTurn(key, async () => {
      const head = await this.#files.head(key)
      if (head?.revision !== revision) return
      const next = nextRevision(head)
      await this.#empty(key, next)
      this.#onChange({ key, revision: next, writer: null })
    })
  }

  /** What it belonged to is gone for good. */
  async drop(key: string): Promise<void> {
    await this.#inTurn(key, () => this.#files.remove(key))
  }

  async #write(key: string, next: DraftHead, before: DraftHead | null, writer: string | null): Promise<DraftHead> {
    if (next.text === '' && next.parts.length === 0) await this.#empty(key, next.revision)
    else {
      await this.#files.writeHead(key, next)
      const kept = new Set(next.parts.map(({ id }) => id))
      for (const { id } of before?.parts ?? []) if (!kept.has(id)) await this.#files.removePart(key, id)
    }
    this.#onChange({ key, revision: next.revision, writer })
    return next
  }

  async #empty(key: string, revision: number): Promise<void> {
    await this.#files.remove(key)
    this.#emptied.delete(key)
    this.#emptied.set(key, revision)
    const [oldest] = this.#emptied.keys()
    if (this.#emptied.size > mostDrafts && oldest !== undefined) this.#emptied.delete(oldest)
  }

  async #checkRoom(key: string): Promise<void> {
    const keys = await this.#files.keys()
    if (keys.length < mostDrafts || keys.includes(key)) return
    const message = `${mostDrafts} conversations already have an unsent message, so this one isn’t saved. Send or clear some of them.`
    throw new AppError('LIMIT_REACHED', message, { data: { limit: mostDrafts } })
  }

  /** One change of a draft after the other. */
  #inTurn<T>(key: string, change: () => Promise<T>): Promise<T> {
    const done = (this.#last.get(key) ?? Promise.resolve()).then(change)
    const settled = done.then(
      () => {},
      () => {},
    )
    this.#last.set(key, settled)
    void settled.then(() => {
      if (this.#last.get(key) === settled) this.#last.delete(key)
    })
    return done
  }
}

/** Ascends also over a draft that was emptied in between. */
function nextRevision(head: DraftHead | null): number {
  return Math.max((head?.revision ?? 0) + 1, Date.now())
}

function keptOf(part: DraftInput['parts'][number], known: ReadonlyMap<string, Kept>, since: number): Kept {
  const before = known.get(part.id)
  if (before) return before
  if (part.type !== 'kept') return { id: part.id, since, size: sizeOf(part) }
  throw new AppError('BAD_REQUEST', 'A file in this draft no longer exists. Send it again with its content.', {
    data: { field: 'parts', id: part.id },
  })
}

function checkSize(parts: readonly Kept[]): void {
  if (parts.reduce((sum, { size }) => sum + size, 0) <= longestDraftParts) return
  throw new AppError('TOO_LARGE', 'A draft can have at most 45 MB of files and pasted text. Remove some, or send several messages.')
}

function sizeOf(part: DraftPart): number {
  if (part.type === 'paste') return part.text.length
  return part.type === 'shell' ? part.command.length + part.stdout.length + part.stderr.length : part.data.length
}
