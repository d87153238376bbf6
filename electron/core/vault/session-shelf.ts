import type { VaultAgent, VaultSession, VaultSource } from '../../../shared/domain/vault.ts'
import { deletedAt } from './retention.ts'
import { agentIdOf, keyOf, roleOf, type FileRecord } from './vault-record.ts'

type Group = { sessionId: string; mains: Map<string, FileRecord>; agents: Map<string, FileRecord>; others: Map<string, FileRecord> }

/** A session as it is stored: the conversation that holds it is known elsewhere. */
export type StoredSession = Omit<VaultSession, 'conversationId' | 'inTrash'>

/** What is known of all files, put together to sessions. In memory, so a list of thousands takes no time. */
export class SessionShelf {
  readonly #groups = new Map<string, Group>()
  readonly #keysToSession = new Map<string, string>()
  readonly #views = new Map<string, StoredSession | null>()
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
    const main = group && mainOf(group)
    const view = group && main ? this.#viewOf(group, main) : null
    this.#views.set(sessionId, view)
    return view
  }

  agents(sessionId: string): VaultAgent[] {
    return [...(this.#groups.get(sessionId)?.agents.values() ?? [])].map(agentOf).toSorted((a, b) => (a.updatedAt < b.updatedAt ? -1 : 1))
  }

  /** The files of a session: its transcript first, then those of its sub-agents, then what they left beside. */
  files(sessionId: string): FileRecord[] {
    const group = this.#groups.get(sessionId)
    const main = group && mainOf(group)
    if (!group || !main) return []
    const sameProject = (record: FileRecord): boolean =>
      record.source === main.source && record.path.split('/')[0] === main.path.split('/')[0]
    return [main, ...[...group.agents.values(), ...group.others.values()].filter(sameProject)]
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
    const shelf = role.kind === 'session' ? group.mains : role.kind === 'agent' ? group.agents : group.others
    this.#count(shelf.get(key), -1)
    this.#count(record, 1)
    shelf.set(key, record)
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
    for (const shelf of group ? [group.mains, group.agents, group.others] : []) {
      this.#count(shelf.get(key), -1)
      shelf.delete(key)
    }
    this.#views.delete(sessionId)
    this.#dirty.add(sessionId)
  }

  #viewOf({ sessionId, mains, agents }: Group, main: FileRecord): StoredSession {
    const { fold } = main
    const changedAt = timeOf(main)
    const isInClaude = [...mains.values()].some(({ present }) => present)
    return {
      sessionId,
      source: main.source,
      title: fold?.title ?? 'Session without a title',
      cwd: fold?.cwd ?? null,
      model: fold?.model ?? null,
      messageCount: fold?.messages ?? 0,
      createdAt: fold?.first ?? changedAt,
      updatedAt: fold?.last ?? changedAt,
      bytes: main.copied,
      isInClaude,
      deletedByClaudeAt: isInClaude && !fold?.exempt ? deletedAt(Date.parse(changedAt), this.#days.get(main.source) ?? 30) : null,
      parentSessionId: fold?.parentSessionId ?? null,
      costUsd: fold?.costUsd ?? null,
      agentCount: agents.size,
      damagedLines: fold?.damaged ?? 0,
      versions: [...mains.values()].reduce((sum, { versions }) => sum + versions, 0),
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

/** Where a session lies in two projects: the one that Claude Code still has, else the one that changed last. */
function mainOf({ mains }: Group): FileRecord | undefined {
  if (mains.size < 2) return mains.values().next().value
  return [...mains.values()].toSorted((a, b) => Number(b.present) - Number(a.present) || (timeOf(a) < timeOf(b) ? 1 : -1))[0]
}

function agentOf(record: FileRecord): VaultAgent {
  const { fold, path, copied, present } = record
  return {
    agentId: fold?.agentId ?? agentIdOf(path),
    title: fold?.title ?? 'Sub-agent',
    model: fold?.model ?? null,
    messageCount: fold?.messages ?? 0,
    bytes: copied,
    updatedAt: fold?.last ?? timeOf(record),
    isInClaude: present,
  }
}

/** When the original changed last; one that is changing right now has no time yet. */
function timeOf({ mtimeMs }: FileRecord): string {
  return new Date(mtimeMs < 0 ? Date.now() : mtimeMs).toISOString()
}
