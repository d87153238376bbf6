import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import type { FolderSnapshots } from '../../electron/core/snapshots/snapshot.ts'
import { Chance } from '../bench/chance.ts'

/** All files of a folder as the disk has them: mode, kind and bytes in one text, by path (both latin1). */
export type Disk = ReadonlyMap<string, string>
/** How a folder was at a moment, and who worked from then on. */
export type Moment = { disk: Disk; working: readonly string[] }

const other = 'conv_00000000000b'
/** Names as bytes: latin1 texts. */
const names = ['a', 'A', 'b', 'src', 'lib', 'é‮rtl.txt', 'e\u0301', 'new\nline', 'caf\xe9', '"quoted', ' space ', 'x.log', 'build'].map(
  (name) =>
    // Names beyond latin1 are written as UTF-8, the one that is no UTF-8 stays as it is.
    name === 'caf\xe9' ? name : Buffer.from(name).toString('latin1'),
)

/** Larger files are in no snapshot of these histories. */
export const mostBytesKept = 600

/** A folder in which a conversation works with tools, commands and sub-agents, another one beside it, and a person in between. */
export class RewindHistory {
  readonly folder: string
  readonly conversationId: string
  readonly #chance: Chance
  readonly #most: number
  readonly #snapshots: FolderSnapshots
  readonly #moments: Moment[] = []
  /** The turns of the conversation, and the moment each began. */
  readonly turns: { id: string; moment: number }[] = []
  #turn = 0

  constructor({
    folder,
    snapshots,
    conversationId,
    seed,
    most = 6,
  }: {
    folder: string
    snapshots: FolderSnapshots
    conversationId: string
    seed: number
    /** So many changes has a turn at most. */
    most?: number
  }) {
    this.folder = folder
    this.conversationId = conversationId
    this.#snapshots = snapshots
    this.#chance = new Chance(seed)
    this.#most = most
  }

  async play(): Promise<void> {
    this.#put('.gitignore', '*.log\nbuild/\n')
    this.#put('src/.gitignore', 'b\n')
    this.#change(this.#most + 2)
    const turns = 2 + this.#chance.below(3)
    for (let turn = 0; turn < turns; turn += 1) await this.goOn()
  }

  /** One more turn, and perhaps something of others after it. */
  async goOn(): Promise<void> {
    await this.#ownTurn()
    if (this.#chance.next() < 0.6) this.#change(1 + this.#chance.below(3))
    if (this.#chance.next() < 0.2) await this.#otherTurn()
  }

  /** The conversation is rewound, or that is undone: what changes then is its own. */
  async rewinds<T>(work: () => Promise<T>): Promise<T> {
    this.#moments.push({ disk: this.disk(), working: [this.conversationId] })
    const done = await work()
    this.#moments.push({ disk: this.disk(), working: [] })
    return done
  }

  get turn(): { id: string; moment: number } {
    return this.#chance.pick(this.turns)
  }

  /** A person changes something. */
  edit(): void {
    this.#change(1 + this.#chance.below(2))
  }

  disk(): Disk {
    return readDisk(this.folder)
  }

  changedSince(moment: number, last: Disk): Map<string, 'own' | 'others'> {
    return changedBy(this.conversationId, this.#moments.slice(moment), last)
  }

  diskAt(moment: number): Disk {
    return this.#moments[moment]?.disk ?? new Map()
  }

  async #ownTurn(): Promise<void> {
    this.#turn += 1
    const id = `turn_${this.#turn.toString(16).padStart(12, '0')}`
    this.turns.push({ id, moment: this.#moments.length })
    await this.#take('turn-start', id, [this.conversationId])
    this.#change(Math.ceil(this.#most / 6) + this.#chance.below(this.#most))
    if (this.#chance.next() < 0.15) {
      await this.#take('turn-start', `turn_${'b'.repeat(12)}`, [this.conversationId, other], other)
      this.#change(1 + this.#chance.below(3))
      await this.#take('turn-end', `turn_${'b'.repeat(12)}`, [this.conversationId], other)
      this.#change(1)
    }
    await this.#take('turn-end', id, [])
  }

  async #otherTurn(): Promise<void> {
    await this.#take('turn-start', `turn_${'c'.repeat(12)}`, [other], other)
    this.#change(1 + this.#chance.below(3))
    await this.#take('turn-end', `turn_${'c'.repeat(12)}`, [], other)
  }

  async #take(
    edge: 'turn-start' | 'turn-end',
    turnId: string,
    working: readonly string[],
    conversationId = this.conversationId,
  ): Promise<void> {
    await this.#snapshots.take(this.folder, { edge, conversationId, turnId, working })
    this.#moments.push({ disk: this.disk(), working })
  }

  #change(times: number): void {
    for (let time = 0; time < times; time += 1) this.#changeOnce()
  }

  #changeOnce(): void {
    const disk = [...this.disk().keys()].filter((path) => !path.endsWith('.gitignore'))
    const path = disk.length === 0 || this.#chance.next() < 0.35 ? this.#newPath() : this.#chance.pick(disk)
    const kind = this.#chance.next()
    const isThere = disk.includes(path)
    if (!isThere || kind < 0.4) return this.#put(path, this.#bytes())
    if (kind < 0.55) return this.#remove(path)
    if (kind < 0.66) return this.#rename(path, this.#newPath())
    if (kind < 0.7) return this.#rename(dirname(path) === '.' ? path : dirname(path), this.#newPath())
    if (kind < 0.8) return this.#mode(path)
    if (kind < 0.9) return this.#link(path)
    if (kind < 0.95) return this.#put(`${path}/${this.#chance.pick(names)}`, this.#bytes())
    if (kind < 0.97) return this.#put('src/.gitignore', this.#chance.next() < 0.5 ? '' : 'a\nb\n')
    return this.#put('.gitignore', this.#chance.next() < 0.5 ? '*.log\n' : '*.log\nbuild/\nlib/\n')
  }

  #newPath(): string {
    return Array.from({ length: 1 + this.#chance.below(3) }, () => this.#chance.pick(names)).join('/')
  }

  #bytes(): string {
    const kind = this.#chance.next()
    if (kind < 0.2) return String.fromCharCode(...Array.from({ length: this.#chance.below(40) }, () => this.#chance.below(256)))
    if (kind < 0.3) return ''
    if (kind < 0.36) return '\x00\xff\r\n'.repeat(1 + this.#chance.below(2 * Math.ceil(mostBytesKept / 4)))
    return Array.from({ length: 1 + this.#chance.below(5) }, () => `line ${this.#chance.below(50)}`).join(kind < 0.6 ? '\r\n' : '\n')
  }

  #put(path: string, bytes: string): void {
    this.#makeWay(path)
    rmSync(this.#place(path), { recursive: true, force: true })
    writeFileSync(this.#place(path), Buffer.from(bytes, 'latin1'))
  }

  #link(path: string): void {
    rmSync(this.#place(path), { force: true })
    symlinkSync(this.#chance.pick(['a', '../elsewhere', '/nowhere', 'src']), this.#place(path))
  }

  #rename(path: string, to: string): void {
    if (to === path || to.startsWith(`${path}/`) || path.startsWith(`${to}/`)) return
    this.#makeWay(to)
    if (!lstatSync(this.#place(path), { throwIfNoEntry: false })) return
    rmSync(this.#place(to), { recursive: true, force: true })
    renameSync(this.#place(path), this.#place(to))
    this.#prune(path)
  }

  #mode(path: string): void {
    const stats = lstatSync(this.#place(path))
    if (stats.isFile()) chmodSync(this.#place(path), stats.mode & 0o100 ? 0o644 : 0o755)
  }

  #remove(path: string): void {
    rmSync(this.#place(path), { recursive: true, force: true })
    this.#prune(path)
  }

  /** A file that stands where a folder is to be goes. */
  #makeWay(path: string): void {
    const parts = path.split('/')
    for (let count = 1; count < parts.length; count += 1) {
      const place = this.#place(parts.slice(0, count).join('/'))
      const stats = lstatSync(place, { throwIfNoEntry: false })
      if (stats && !stats.isDirectory()) rmSync(place)
    }
    if (path.includes('/')) mkdirSync(this.#place(dirname(path)), { recursive: true })
  }

  /** Folders with nothing in them are in no snapshot. */
  #prune(path: string): void {
    for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) {
      if (readdirSync(this.#place(folder)).length > 0) return
      rmSync(this.#place(folder), { recursive: true })
    }
  }

  #place(path: string): Buffer {
    return Buffer.concat([Buffer.from(join(this.folder, '/')), Buffer.from(path, 'latin1')])
  }
}

/** Who changed each path from the first of these moments on until the disk was as it is `last`: told from the disk alone. */
export function changedBy(conversationId: string, moments: readonly Moment[], last: Disk): Map<string, 'own' | 'others'> {
  const whose = new Map<string, 'own' | 'others'>()
  for (const [at, { disk, working }] of moments.entries()) {
    const next = moments[at + 1]?.disk ?? last
    const isOwn = working.length === 1 && working[0] === conversationId
    for (const path of new Set([...disk.keys(), ...next.keys()])) {
      if (disk.get(path) === next.get(path)) continue
      // Nobody saw what went, and nothing of it is there.
      if (!next.has(path) && isUncovered(path, disk)) continue
      // Nor what somebody else did out of sight to what is gone since: nothing of theirs can be overwritten.
      const isUnseen = isUncovered(path, next) && (!disk.has(path) || isUncovered(path, disk))
      if (!isOwn && !last.has(path) && isUnseen) continue
      whose.set(path, isOwn && whose.get(path) !== 'others' ? 'own' : 'others')
    }
  }
  return whose
}

/** What is in a folder, without the data of a repository. Folders with nothing in them count too. */
export function readDisk(folder: string): Disk {
  const all = new Map<string, string>()
  const walk = (at: Buffer, prefix: string): void => {
    const inside = readdirSync(at, { encoding: 'buffer' }).toSorted((a, b) => Buffer.compare(a, b))
    if (inside.length === 0 && prefix !== '') all.set(prefix, 'an empty folder')
    for (const name of inside) {
      const path = prefix === '' ? name.toString('latin1') : `${prefix}/${name.toString('latin1')}`
      if (path === '.git') continue
      const place = Buffer.concat([at, Buffer.from('/'), name])
      const stats = lstatSync(place)
      if (stats.isSymbolicLink()) all.set(path, `link ${readlinkSync(place, { encoding: 'buffer' }).toString('latin1')}`)
      else if (stats.isDirectory()) walk(place, path)
      else all.set(path, `${stats.mode & 0o100 ? 'run' : 'file'} ${readFileSync(place).toString('latin1')}`)
    }
  }
  walk(Buffer.from(folder), '')
  return all
}

/** Too large, or ignored by the few rules that the histories know. */
export function isUncovered(path: string, disk: Disk): boolean {
  const isLarge = (disk.get(path)?.length ?? 0) > mostBytesKept
  if (isLarge) return true
  const parts = path.split('/')
  return parts.some((_, count) => {
    const folder = parts.slice(0, count).map((part) => `${part}/`)
    return isIgnored(parts.slice(count).join('/'), rulesIn(disk, `${folder.join('')}.gitignore`))
  })
}

function rulesIn(disk: Disk, path: string): string[] {
  return (disk.get(path) ?? '')
    .replace(/^\w+ /, '')
    .split('\n')
    .filter((rule) => rule !== '')
}

function isIgnored(path: string, rules: readonly string[]): boolean {
  return rules.some((rule) => {
    if (rule === '*.log') return path.endsWith('.log') || path.includes('.log/')
    return rule.endsWith('/') ? `/${path}`.includes(`/${rule}`) : path.split('/').includes(rule)
  })
}
