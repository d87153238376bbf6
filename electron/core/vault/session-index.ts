import type { VaultAgent, VaultSource } from '../../../shared/domain/vault.ts'
import { agentOf, byPath, mainOf, newestOf, viewOfAgents, viewOfSession, type StoredSession } from './session-view.ts'
import { keyOf, roleOf, type FileRecord } from './vault-record.ts'

type Group = { sessionId: string; mains: Map<string, FileRecord>; agents: Map<string, FileRecord>; others: Map<string, FileRecord> }

/** What is known of all files, put together to sessions. In memory, so a list of thousands takes no time. */
export class SessionIndex {
  readonly #groups = new Map<string, Group>()
  readonly #keysToSession = new Map<string, string>()
  readonly #views = new Map<string, StoredSession | null>()
  /** Sessions by their first entry. */
  readonly #byFirst = new Map<string, Set<string>>()
  #days: ReadonlyMap<string, number> = new Map()
  #sorted: StoredSession[] | null = null
  /** What has changed since it was put in order. */
  readonly #dirty = new Set<string>()
  #bytes = 0
  #diskBytes = 0

  /** Takes news in; answers the sessions they are about. */
  take(records: readonly FileRecord[]): string[] {
    const changed = new Set<string>()
    for (const record of records) {
      const id = record.removed ? this.#drop(record) : this.#place(record)
      if (id !== null) changed.add(id)
    }
    for (const id of changed) {
      this.#views.delete(id)
      this.#dirty.add(id)
    }
    return [...changed]
  }

  /** How long files are kept, by source. */
  setRetention(sources: readonly VaultSource[]): void {
    const days = new Map(sources.map(({ name, keepsDays }) => [name, keepsDays]))
    if (days.size === this.#days.size && sources.every(({ name, keepsDays }) => this.#days.get(name) === keepsDays)) return
    this.#days = days
    this.#views.clear()
    this.#sorted = null
  }

  /** Of all copies together, unpacked. */
  get bytes(): number {
    return this.#bytes
  }

  /** What they take on the disk, with the earlier ones. */
  get diskBytes(): number {
    return this.#diskBytes
  }

  /** All sessions that hold a message, the one that changed last first. The same array as long as nothing changes. */
  sessions(): readonly StoredSession[] {
    if (this.#sorted === null) this.#sorted = [...this.#whole(this.#groups.keys())].toSorted(newestFirst)
    else if (this.#dirty.size > 0)
      this.#sorted = merged(
        this.#sorted.filter(({ sessionId }) => !this.#dirty.has(sessionId)),
        this.#whole(this.#dirty),
      )
    this.#dirty.clear()
    return this.#sorted
  }

  /** How many sessions there are, how many only the vault has, and how many Claude Code deletes before that time. */
  count(before: number): { sessions: number; deleted: number; endingSoon: number } {
    const counts = { sessions: 0, deleted: 0, endingSoon: 0 }
    const time = new Date(before).toISOString()
    for (const { isInClaude, deletedByClaudeAt } of this.#whole(this.#groups.keys())) {
      counts.sessions += 1
      if (!isInClaude) counts.deleted += 1
      if (deletedByClaudeAt !== null && deletedByClaudeAt < time) counts.endingSoon += 1
    }
    return counts
  }

  session(sessionId: string): StoredSession | null {
    const known = this.#views.get(sessionId)
    if (known !== undefined) return known
    const group = this.#groups.get(sessionId)
    const main = group && mainOf(group.mains.values())
    const view = group && (main ? this.#viewOf(group, main) : viewOfAgents(sessionId, group.agents.values(), this.#days))
    this.#views.set(sessionId, view ?? null)
    return view ?? null
  }

  /** When somebody, or a tool, said something in it last; null when that is not known. */
  saidAt(sessionId: string): string | null {
    return this.#mainFold(sessionId)?.lastSaid ?? null
  }

  agents(sessionId: string): VaultAgent[] {
    return [...(this.#groups.get(sessionId)?.agents.values() ?? [])].map(agentOf).toSorted((a, b) => (a.updatedAt < b.updatedAt ? -1 : 1))
  }

  /** The files of a session: its transcript first, if it is there, then those of its sub-agents, then what they left beside. */
  files(sessionId: string): FileRecord[] {
    const group = this.#groups.get(sessionId)
    const main = group && mainOf(group.mains.values())
    const first = main ?? (group && newestOf(group.agents.values()))
    if (!group || !first) return []
    const sameProject = (record: FileRecord): boolean =>
      record.source === first.source && record.path.split('/')[0] === first.path.split('/')[0]
    const beside = [...group.agents.values(), ...group.others.values()].filter(sameProject).toSorted(byPath)
    return main ? [main, ...beside] : beside
  }

  /** Bytes on the disk of a session's copies: all of them, and of those the earlier ones. */
  diskBytesOf(sessionId: string): { all: number; earlier: number } {
    const records = this.everyFile(sessionId)
    return {
      all: records.reduce((sum, record) => sum + diskBytesOf(record), 0),
      earlier: records.reduce((sum, { versionBytes }) => sum + (versionBytes ?? 0), 0),
    }
  }

  /** Everything that is kept of a session, in whichever project. */
  everyFile(sessionId: string): FileRecord[] {
    const group = this.#groups.get(sessionId)
    return group ? [...group.mains.values(), ...group.agents.values(), ...group.others.values()] : []
  }

  *#whole(ids: Iterable<string>): Generator<StoredSession, void, void> {
    for (const id of ids) {
      const session = this.session(id)
      if (session && session.messageCount > 0) yield session
    }
  }

  #place(record: FileRecord): string | null {
    const key = keyOf(record)
    const role = roleOf(record.path, record.fold)
    if (!role) return null
    const before = this.#keysToSession.get(key)
    if (before !== undefined && before !== role.sessionId) this.#remove(before, key)
    this.#keysToSession.set(key, role.sessionId)
    const group: Group = this.#groups.get(role.sessionId) ?? {
      sessionId: role.sessionId,
      mains: new Map(),
      agents: new Map(),
      others: new Map(),
    }
    this.#groups.set(role.sessionId, group)
    if (role.kind === 'session') this.#noteFirst(role.sessionId, record.fold?.firstUuid ?? null)
    const index = role.kind === 'session' ? group.mains : role.kind === 'agent' ? group.agents : group.others
    this.#count(index.get(key), -1)
    this.#count(record, 1)
    index.set(key, record)
    return role.sessionId
  }

  #drop(record: FileRecord): string | null {
    const key = keyOf(record)
    const sessionId = this.#keysToSession.get(key)
    if (sessionId === undefined) return null
    this.#remove(sessionId, key)
    this.#keysToSession.delete(key)
    return sessionId
  }

  #count(record: FileRecord | undefined, sign: 1 | -1): void {
    if (!record) return
    this.#bytes += sign * record.copied
    this.#diskBytes += sign * diskBytesOf(record)
  }

  #remove(sessionId: string, key: string): void {
    const group = this.#groups.get(sessionId)
    for (const index of group ? [group.mains, group.agents, group.others] : []) {
      this.#count(index.get(key), -1)
      index.delete(key)
    }
    this.#views.delete(sessionId)
    this.#dirty.add(sessionId)
  }

  /** A session that was handed to the background is a copy: the one it was copied from begins with the same entry. */
  #originOf(sessionId: string, fold: FileRecord['fold']): string | null {
    if (!fold?.isBackground || fold.firstUuid === null) return null
    const same = this.#byFirst.get(fold.firstUuid) ?? []
    return [...same].find((id) => id !== sessionId && this.#mainFold(id)?.isBackground === false) ?? null
  }

  #viewOf({ sessionId, mains, agents }: Group, main: FileRecord): StoredSession {
    const view = viewOfSession(sessionId, main, mains.values(), this.#days)
    return { ...view, parentSessionId: view.parentSessionId ?? this.#originOf(sessionId, main.fold), agentCount: agents.size }
  }

  #mainFold(sessionId: string): FileRecord['fold'] {
    const group = this.#groups.get(sessionId)
    return (group && mainOf(group.mains.values())?.fold) ?? null
  }

  /** Those that begin alike are seen anew, as one may be the copy of another. */
  #noteFirst(sessionId: string, firstUuid: string | null): void {
    if (firstUuid === null) return
    const same = this.#byFirst.get(firstUuid) ?? new Set<string>()
    this.#byFirst.set(firstUuid, same.add(sessionId))
    if (same.size < 2) return
    for (const id of same) {
      this.#views.delete(id)
      this.#dirty.add(id)
    }
  }
}

/** What a copy and its earlier ones take on the disk. */
function diskBytesOf({ packed, copied, versionBytes }: FileRecord): number {
  return (packed ?? copied) + (versionBytes ?? 0)
}

/** Puts a few into what is in order already. */
function merged(sorted: StoredSession[], few: Iterable<StoredSession>): StoredSession[] {
  for (const one of few) {
    let [from, to] = [0, sorted.length]
    while (from < to) {
      const middle = (from + to) >>> 1
      const at = sorted[middle]
      if (at && newestFirst(at, one) < 0) from = middle + 1
      else to = middle
    }
    sorted.splice(from, 0, one)
  }
  return sorted
}

function newestFirst(a: StoredSession, b: StoredSession): number {
  if (a.updatedAt !== b.updatedAt) return a.updatedAt < b.updatedAt ? 1 : -1
  return a.sessionId < b.sessionId ? 1 : -1
}
