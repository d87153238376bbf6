import { rename, rm, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { AppError } from '../../../shared/app-error.ts'
import type { Uncovered } from '../../../shared/domain/changes.ts'
import type { SnapshotStatus } from '../../../shared/domain/snapshot.ts'
import type { Log } from '../log.ts'
import type { StoreWatch } from '../storage/json-store.ts'
import { makeOwnFolder } from '../storage/own-folder.ts'
import type { Git, GitRun } from '../git/git.ts'
import { coverageOf, isWithin, type Covered } from './coverage.ts'
import { FolderStore } from './folder-store.ts'
import { isBroken } from './faults.ts'
import { Hindrances } from './hindrances.ts'
import { OneByOne } from './one-by-one.ts'
import { foldersIn, ignoreLine, markPlace, placeOf, timelineOf } from './places.ts'
import { modesOf, type FileModes } from './permissions.ts'
import type { ScanLimits } from './scan.ts'
import type { FolderSnapshots, HeldFolder, PlacedSnapshot, Snapshot, TakeRequest, TreeChange } from './snapshot.ts'
import { statusOf } from './status.ts'
import { Upkeep } from './upkeep.ts'
import { wasWorkedIn } from './timeline.ts'
import { UserRulesReader } from './user-rules.ts'
import { Workers } from './workers.ts'

export type SnapshotsOptions = {
  git: Git
  /** The data folder. */
  home: string
  /** The user's own home folder. */
  userHome: string
  /** Whether snapshots are taken at all, for how long they are kept, and how much they may take. */
  on: () => boolean
  days: () => number
  limitMb: () => number
  /** Whether there is such a conversation: what it began with is kept longer than others. */
  isLiving: (conversationId: string) => boolean
  watch: StoreWatch
  log: Log
  limits?: Partial<ScanLimits>
}

const defaultLimits: ScanLimits = { fileBytes: 20 * 1024 * 1024, files: 200_000, bytes: 2 * 1024 * 1024 * 1024 }
/** What is nearly done at the end of the app may be finished. */
const closeMs = 2_000

/** Snapshots of folders: kept as git objects in repositories of ours below the data folder, one for each folder. */
export class Snapshots implements FolderSnapshots {
  readonly workers = new Workers()
  readonly #options: SnapshotsOptions
  readonly #rules: UserRulesReader
  readonly #root: string
  readonly #stores = new Map<string, Promise<FolderStore>>()
  readonly #open = new Map<string, FolderStore>()
  readonly #hindrances: Hindrances
  readonly upkeep: Upkeep
  readonly #orders = new Map<string, OneByOne>()
  #closed = false

  constructor(options: SnapshotsOptions) {
    this.#options = options
    this.#rules = new UserRulesReader(options.git)
    this.#root = join(options.home, 'snapshots')
    this.#hindrances = new Hindrances(this.#root, options.watch)
    this.upkeep = new Upkeep({
      stores: () => this.#all(),
      remove: (folder) => this.remove(folder),
      days: options.days,
      limitMb: options.limitMb,
      isLiving: options.isLiving,
      busy: () => this.workers.any,
      watch: options.watch,
      log: options.log,
    })
  }

  async folderOf(cwd: string): Promise<string> {
    return (await this.coverage(cwd)).folder
  }

  /** The folder whose snapshots hold `cwd`, and why there are none, where that is so. */
  coverage(cwd: string): Promise<Covered> {
    return coverageOf(cwd, this.#options.userHome)
  }

  async take(folder: string, request: TakeRequest): Promise<Snapshot> {
    try {
      return await this.#takeOne(folder, request)
    } catch (thrown) {
      if (!isBroken(thrown)) throw thrown
    }
    await this.#putAside(folder)
    return this.#takeOne(folder, request)
  }

  /**
   * Looks ahead at a folder of which there is nothing yet, so that its first snapshot is soon taken; where none follows, it is forgotten again.
   * Rejects as `take` does.
   */
  async prepare(folder: string): Promise<void> {
    if (this.#closed || !this.#options.on() || (await this.#known(folder)) !== null) return
    await this.#hindrances.told(folder, async () => (await this.#ready(folder)).prepare())
  }

  async of(folder: string): Promise<readonly Snapshot[]> {
    return (await this.#known(folder))?.timeline.all ?? []
  }

  async before(conversationId: string, turnId: string): Promise<PlacedSnapshot | null> {
    for (const [folder, { timeline }] of this.#open) {
      const snapshot = timeline.startOf(conversationId, turnId)
      if (snapshot) return { folder, snapshot }
    }
    for (const folder of await this.folders()) {
      if (this.#open.has(folder)) continue
      const snapshot = (await this.#known(folder))?.timeline.startOf(conversationId, turnId) ?? null
      if (snapshot) return { folder, snapshot }
    }
    return null
  }

  async diff(folder: string, oldTree: string, newTree: string): Promise<TreeChange[]> {
    return (await this.#store(folder)).diff(oldTree, newTree)
  }

  async read(folder: string, object: string): Promise<Buffer> {
    return (await this.#store(folder)).reader.read(object)
  }

  async modesOf(folder: string, { modes }: Snapshot): Promise<FileModes> {
    return modes === undefined ? new Map() : modesOf((await this.read(folder, modes)).toString('utf8'))
  }

  async write(folder: string, bytes: Uint8Array): Promise<string> {
    return (await this.#store(folder)).write(bytes)
  }

  uncovered(folder: string): readonly Uncovered[] {
    return this.#open.get(folder)?.uncovered ?? []
  }

  /** Works too where the folder is not covered: then only `take` fails. */
  locked<T>(folder: string, work: (held: HeldFolder) => Promise<T>): Promise<T> {
    this.#open.get(folder)?.giveWay()
    const take = (request: TakeRequest) => this.#hindrances.told(folder, async () => (await this.#ready(folder)).takeHeld(request))
    return this.#orderOf(folder).run(() => work({ take }))
  }

  async pin(folder: string, trees: readonly string[], until: string): Promise<void> {
    await (await this.#store(folder)).pins.add(trees, until)
  }

  async gitOf(folder: string): Promise<Pick<GitRun, 'gitDir' | 'purpose' | 'config'>> {
    return (await this.#store(folder)).git.place
  }

  /** These have worked since the last snapshot although it does not say so. Never rejects. */
  async worked(folder: string, conversationIds: readonly string[]): Promise<void> {
    try {
      await this.#open.get(folder)?.timeline.worked(conversationIds)
    } catch (err) {
      this.#options.log.warn({ err, folder }, 'who worked in a folder could not be noted')
    }
  }

  /** Takes one of each folder in which somebody worked when the last run was cut off: what comes later is not theirs. Never rejects. */
  async settle(): Promise<void> {
    for (const folder of await this.folders()) {
      try {
        if (await wasWorkedIn(timelineOf(placeOf(this.#root, folder))))
          await this.take(folder, { edge: 'seen', conversationId: null, turnId: null })
      } catch (err) {
        this.#options.log.warn({ err, folder }, 'a folder could not be looked at after the last run')
      }
    }
  }

  /** Folders that have snapshots, those of this run first. */
  async folders(): Promise<string[]> {
    return [...new Set([...this.#stores.keys(), ...(await foldersIn(this.#root))])]
  }

  /** What they take, and whether they are taken. */
  async status(): Promise<SnapshotStatus> {
    return statusOf(this.#options, await this.#all(), this.#hindrances.notes)
  }

  /** Deletes the snapshots of a folder, or of all; answers of how many. Throws NOT_FOUND. */
  async remove(folder?: string): Promise<number> {
    const kept = await this.folders()
    if (folder !== undefined && !kept.includes(folder))
      throw new AppError('NOT_FOUND', 'There are no snapshots of this folder. Take its path from the list.')
    const removed = folder === undefined ? kept : [folder]
    for (const one of removed) await this.#orderOf(one).run(() => this.#removeOne(one))
    return removed.length
  }

  /** Ends what is under way. */
  async close(): Promise<void> {
    this.#closed = true
    this.upkeep.close()
    await Promise.all([...this.#open.values()].map((store) => store.close(closeMs)))
  }

  async #takeOne(folder: string, request: TakeRequest): Promise<Snapshot> {
    const snapshot = await this.#hindrances.told(folder, async () => (await this.#ready(folder)).take(request))
    this.#hindrances.solved(folder)
    this.upkeep.taken(folder)
    return snapshot
  }

  /** The store of a folder of which snapshots are taken now. Throws UNAVAILABLE with the reason where none are. */
  async #ready(folder: string): Promise<FolderStore> {
    if (!this.#options.on()) throw new AppError('UNAVAILABLE', 'Snapshots are turned off. Turn them on in the settings.')
    this.#hindrances.check(folder)
    return this.#store(folder)
  }

  #orderOf(folder: string): OneByOne {
    const order = this.#orders.get(folder) ?? new OneByOne()
    this.#orders.set(folder, order)
    return order
  }

  /** The store of a folder, made where there is none. Throws UNAVAILABLE where the folder is not covered. */
  #store(folder: string): Promise<FolderStore> {
    const known = this.#stores.get(folder)
    if (known) return known
    const opening = this.#openStore(folder)
    this.#stores.set(folder, opening)
    opening.catch(() => this.#stores.delete(folder))
    return opening
  }

  async #openStore(folder: string): Promise<FolderStore> {
    const { git, home, userHome, watch } = this.#options
    const { folder: own, repository, why } = await coverageOf(folder, userHome)
    if (why !== null) throw new AppError('UNAVAILABLE', why)
    const place = placeOf(this.#root, folder)
    makeOwnFolder(this.#root)
    const limits = { ...defaultLimits, ...this.#options.limits }
    const ignore = isWithin(folder, home) ? ignoreLine(relative(folder, home)) : ''
    const store = await FolderStore.open({
      git,
      rules: this.#rules,
      folder,
      repository: own === folder ? repository : null,
      place,
      order: this.#orderOf(folder),
      ignore,
      limits,
      watch,
      working: () => this.workers.in(folder, repository !== null),
    })
    await markPlace(place, folder)
    this.#open.set(folder, store)
    return store
  }

  async #removeOne(folder: string): Promise<void> {
    await this.#open.get(folder)?.abandon()
    this.#open.delete(folder)
    this.#stores.delete(folder)
    this.#hindrances.forget(folder)
    await rm(placeOf(this.#root, folder), { recursive: true, force: true })
  }

  /** The stores of all folders that have snapshots and can be read. */
  async #all(): Promise<FolderStore[]> {
    const stores = await Promise.allSettled((await this.folders()).map((folder) => this.#known(folder)))
    return stores.flatMap((one) => (one.status === 'fulfilled' && one.value !== null ? [one.value] : []))
  }

  /** The store of a folder that has snapshots; null where it has none. */
  async #known(folder: string): Promise<FolderStore | null> {
    const isThere = this.#stores.has(folder) || (await stat(placeOf(this.#root, folder)).catch(() => null)) !== null
    return isThere ? this.#store(folder) : null
  }

  /** A store that git cannot read any more is kept under another name, and begun anew. */
  async #putAside(folder: string): Promise<void> {
    const place = placeOf(this.#root, folder)
    const kept = `${place}.damaged-${Date.now()}`
    await this.#open.get(folder)?.close()
    this.#open.delete(folder)
    this.#stores.delete(folder)
    await rename(place, kept)
    const message = `The snapshots of ${folder} could not be read, so Bullpen started new ones: files can’t be rewound to before now. The old ones were kept as ${kept}; delete them if you don’t need them.`
    this.#options.watch.problems.raise(`snapshots:${folder}`, { message, path: kept, dismissible: true })
  }
}
