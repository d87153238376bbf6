import { mkdir } from 'node:fs/promises'
import type { Uncovered } from '../../../shared/domain/changes.ts'
import type { StoreWatch } from '../storage/json-store.ts'
import type { Git } from '../git/git.ts'
import type { Repository } from '../git/repository.ts'
import { Look } from './look.ts'
import { ObjectReader } from './object-reader.ts'
import type { OneByOne } from './one-by-one.ts'
import { Packing } from './packing.ts'
import type { ScanLimits } from './scan.ts'
import { unwatched, type Snapshot, type TakeRequest, type TreeChange } from './snapshot.ts'
import { StoreGit } from './store-git.ts'
import { timelineOf } from './places.ts'
import { Permissions } from './permissions.ts'
import { Pins } from './pins.ts'
import { Timeline } from './timeline.ts'
import type { UserRulesReader } from './user-rules.ts'

export type FolderStoreOptions = {
  git: Git
  rules: UserRulesReader
  /** The folder whose files are kept, and the repository it is the root of. */
  folder: string
  repository: Repository | null
  /** The folder of the store. */
  place: string
  /** What is done in the folder, one after the other. */
  order: OneByOne
  /** Lines for git to ignore besides what the user's git does. */
  ignore: string
  limits: ScanLimits
  watch: StoreWatch
  /** Who works in it now. */
  working: () => readonly string[]
}

/** What was found, and who worked there when the look at it began. */
type Seen = { tree: string; workers: readonly string[] }
type Parts = { git: StoreGit; timeline: Timeline; pins: Pins; permissions: Permissions }
type Asked = { request: TakeRequest; resolve: (snapshot: Snapshot) => void; reject: (thrown: unknown) => void }

const dayMs = 24 * 3_600_000
/** So long after the last snapshot what can be done later is. */
const idleMs = 1_000
/** Older ones are in packs. */
const mostNew = 400

/** The snapshots of one folder. */
export class FolderStore {
  readonly folder: string
  readonly place: string
  readonly timeline: Timeline
  readonly git: StoreGit
  readonly reader: ObjectReader
  readonly pins: Pins
  readonly #options: FolderStoreOptions
  readonly #closing = new AbortController()
  #asked: Asked[] = []
  /** Something other than a take is under way that gives way to one. */
  #underWay: AbortController | null = null
  #repacking: Promise<void> | null = null
  readonly #writing = new Set<Promise<string>>()
  /** Objects that were written for somebody, and when. */
  readonly #written = new Map<string, number>()
  readonly #packing: Packing
  readonly #files: Look
  #later: NodeJS.Timeout | undefined
  /** No snapshot was taken in this run yet. */
  #isFirst = true

  /** The last text of modes that was kept, and its object. */
  #modes: { text: string; object: string } | null = null
  readonly #permissions: Permissions

  private constructor(options: FolderStoreOptions, { git, timeline, pins, permissions }: Parts) {
    this.#options = options
    this.#permissions = permissions
    this.folder = options.folder
    this.place = options.place
    this.git = git
    this.timeline = timeline
    this.pins = pins
    this.reader = new ObjectReader(options.git, git.place)
    this.#packing = new Packing(options.git, git.place)
    this.#files = new Look({ ...options, store: git, reader: this.reader, permissions })
  }

  static async open(options: FolderStoreOptions): Promise<FolderStore> {
    await mkdir(options.place, { recursive: true, mode: 0o700 })
    const git = new StoreGit(options.git, options.place, options.folder)
    await git.open()
    const [timeline, pins, permissions] = await Promise.all([
      Timeline.open(timelineOf(options.place)),
      Pins.open(options.place, options.watch),
      Permissions.open(options.place),
    ])
    // Files that the index knows are not looked at, and nothing is known of their modes.
    if (!permissions.isKept) await git.forget()
    return new FolderStore(options, { git, timeline, pins, permissions })
  }

  get uncovered(): readonly Uncovered[] {
    return this.#files.uncovered
  }

  /** Takes one; those who ask before the look at the files has begun share it. */
  take(request: TakeRequest): Promise<Snapshot> {
    const { promise, resolve, reject } = Promise.withResolvers<Snapshot>()
    this.#asked.push({ request, resolve, reject })
    clearTimeout(this.#later)
    this.giveWay()
    if (this.#asked.length === 1) void this.#options.order.run(() => this.#takeAll())
    return promise
  }

  /** Looks at the files without taking one. */
  async prepare(): Promise<void> {
    await this.#options.order.run(() => this.#look())
  }

  /** Takes one for somebody whose turn it is: at once. */
  async takeHeld(request: TakeRequest): Promise<Snapshot> {
    return this.#note(request, await this.#look())
  }

  /** Somebody waits: what can be done later is stopped. */
  giveWay(): void {
    this.#underWay?.abort()
  }

  async #repack(signal: AbortSignal): Promise<void> {
    await Promise.allSettled(this.#writing)
    const since = Date.now() - dayMs
    for (const [object, at] of this.#written) if (at < since) this.#written.delete(object)
    const trees = this.timeline.all.flatMap(objectsOf)
    const index = await this.#files.indexTree(signal)
    this.#files.forget()
    await this.#packing.repack([...new Set([...trees, ...this.pins.trees(), index, ...this.#written.keys()])], signal)
  }

  /** Does something that gives way as soon as somebody needs the folder: `signal` says so then. */
  #chore<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return this.#options.order.run(async () => {
      const chore = new AbortController()
      this.#underWay = chore
      try {
        return await work(AbortSignal.any([chore.signal, this.#closing.signal]))
      } finally {
        this.#underWay = null
      }
    })
  }

  diff(oldTree: string, newTree: string): Promise<TreeChange[]> {
    return this.git.diff(oldTree, newTree)
  }

  /** Keeps bytes; it stays for a day, or as long as a tree holds it. */
  async write(bytes: Uint8Array): Promise<string> {
    // A repack would remove what it does not know of.
    this.giveWay()
    await this.#repacking?.catch(() => {})
    const writing = this.git.write(bytes)
    this.#writing.add(writing)
    try {
      const object = await writing
      this.#written.set(object, Date.now())
      return object
    } finally {
      this.#writing.delete(writing)
    }
  }

  /** Packs what lies in files of its own. */
  packNew(): Promise<void> {
    const trees = new Set(this.timeline.all.slice(-mostNew).flatMap(objectsOf))
    return this.#packing.packNew([...trees], this.#closing.signal)
  }

  /** Drops snapshots, by their numbers, with what they alone hold. */
  async drop(seqs: ReadonlySet<number>): Promise<void> {
    // What is in packs goes with the next repack; files of single objects would stay for a day.
    await this.packNew()
    await this.timeline.drop(seqs)
    await this.repack()
  }

  /** Packs all that is kept anew, and removes everything else. Rejects when somebody needs the folder first. */
  repack(): Promise<void> {
    return this.#chore((signal) => {
      this.#repacking = this.#repack(signal).finally(() => {
        this.#repacking = null
      })
      return this.#repacking
    })
  }

  /** Ends what is under way and lets go of the files: they are about to be removed. */
  async abandon(): Promise<void> {
    clearTimeout(this.#later)
    this.#closing.abort()
    this.reader.close()
    await this.timeline.close()
  }

  /** Ends what is under way, after a moment for what is nearly done. */
  async close(graceMs = 0): Promise<void> {
    if (graceMs > 0) await this.#rests(graceMs)
    clearTimeout(this.#later)
    this.#closing.abort()
    this.reader.close()
    await this.#options.order.run(() => this.timeline.close())
    this.reader.close()
  }

  async #rests(withinMs: number): Promise<void> {
    const late = Promise.withResolvers<void>()
    const timer = setTimeout(late.resolve, withinMs)
    this.giveWay()
    await Promise.race([this.#options.order.run(() => Promise.resolve()), late.promise])
    clearTimeout(timer)
  }

  async #takeAll(): Promise<void> {
    const asked = this.#asked
    this.#asked = []
    try {
      const seen = await this.#look()
      for (const { request, resolve } of asked) resolve(await this.#note(request, seen))
    } catch (thrown) {
      for (const { reject } of asked) reject(thrown)
    }
    if (this.#files.isBehind) this.#catchUpLater()
  }

  /** Nobody waits for it; what keeps it from being done will be told of with the next snapshot. */
  #catchUpLater(): void {
    const { signal } = this.#closing
    const work = () => void this.#options.order.run(() => this.#files.catchUp(signal)).catch(() => {})
    this.#later = setTimeout(work, idleMs)
    this.#later.unref()
  }

  async #look(): Promise<Seen> {
    const workers = this.#options.working()
    return { tree: await this.#files.now(this.#closing.signal), workers }
  }

  async #keptModes(): Promise<Pick<Snapshot, 'modes'>> {
    const { text } = this.#permissions
    if (text === null) return {}
    if (this.#modes?.text !== text) this.#modes = { text, object: await this.write(Buffer.from(text)) }
    return { modes: this.#modes.object }
  }

  /** Work that the end of the last run cut off: a person may have gone on in the folder since. A rewind is brought to its end by itself. */
  async #noteRestart(): Promise<void> {
    if (!this.#isFirst) return
    const { last } = this.timeline
    if (last !== null && last.working.length > 0 && last.edge !== 'before-rewind') await this.timeline.worked([unwatched])
    this.#isFirst = false
  }

  /** Puts a snapshot into the timeline. One that says nothing new is not repeated. */
  async #note({ working, ...request }: TakeRequest, { tree, workers }: Seen): Promise<Snapshot> {
    await this.#noteRestart()
    const { last } = this.timeline
    // Whoever worked while the files were looked at may have changed them after that.
    const all = working ?? [...new Set([...workers, ...this.#options.working()])]
    const modes = await this.#keptModes()
    const isSame =
      last !== null &&
      last.tree === tree &&
      last.modes === modes.modes &&
      last.working.length === all.length &&
      all.every((id) => last.working.includes(id))
    if (isSame && request.edge === 'seen') return last
    return this.timeline.add({
      tree,
      at: new Date().toISOString(),
      ...request,
      working: [...all],
      ...modes,
      ...this.#files.surfacing.take(),
    })
  }
}

/** All that a snapshot holds. */
function objectsOf({ tree, modes }: Snapshot): string[] {
  return modes === undefined ? [tree] : [tree, modes]
}
