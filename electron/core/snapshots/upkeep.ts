import type { Log } from '../log.ts'
import type { StoreWatch } from '../storage/json-store.ts'
import { breathe } from '../storage/breathe.ts'
import type { FolderStore } from './folder-store.ts'
import { bytesOf, objectFiles } from './store-size.ts'
import { goingFirst } from './thinning.ts'

export type UpkeepDeps = {
  /** The stores of all folders. */
  stores: () => Promise<FolderStore[]>
  /** Removes the store of a folder. */
  remove: (folder: string) => Promise<unknown>
  days: () => number
  limitMb: () => number
  /** Whether there is such a conversation. */
  isLiving: (conversationId: string) => boolean
  /** Whether anybody works in any folder. */
  busy: () => boolean
  watch: StoreWatch
  log: Log
}

const everyMs = 5 * 60_000
/** So many takes of one folder have it looked after without waiting for that. */
const manyTakes = 40
const mostLoose = 1_200
const mostPacks = 25
const dayMs = 24 * 3_600_000
const rounds = 12
/** The share of all snapshots that goes at a time when they take too much: few at first. */
const shareIn = (round: number) => (round < 4 ? 0.2 : 0.5)

/** Keeps the stores small: packs, and removes what is too old or too much. Gives way to whoever needs a folder. */
export class Upkeep {
  readonly #deps: UpkeepDeps
  readonly #taken = new Map<string, number>()
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> | null = null
  #closed = false

  constructor(deps: UpkeepDeps) {
    this.#deps = deps
    this.#timer = setInterval(() => void this.run(), everyMs)
    this.#timer.unref()
  }

  /** A snapshot was taken. */
  taken(folder: string): void {
    const count = (this.#taken.get(folder) ?? 0) + 1
    this.#taken.set(folder, count)
    if (count % manyTakes === 0) void this.run()
  }

  /** Looks after all of them now. Never rejects. */
  run(): Promise<void> {
    if (this.#closed) return Promise.resolve()
    this.#running ??= this.#all().finally(() => {
      this.#running = null
    })
    return this.#running
  }

  close(): void {
    this.#closed = true
    clearInterval(this.#timer)
  }

  async #all(): Promise<void> {
    const stores = await this.#deps.stores()
    const taken = stores.filter(({ folder }) => this.#taken.has(folder))
    this.#taken.clear()
    for (const store of stores) await this.#guarded(store, () => this.#ages(store))
    for (const store of taken) await this.#guarded(store, () => this.#packs(store))
    await this.#size()
  }

  /** What is older than it may be goes; the folder's latest only when the folder was left alone for that long. */
  async #ages(store: FolderStore): Promise<void> {
    const before = new Date(Date.now() - this.#deps.days() * dayMs).toISOString()
    const { all, last } = store.timeline
    if (last === null || last.at < before) {
      if (store.pins.trees().length === 0) await this.#deps.remove(store.folder)
      return
    }
    const old = all.findIndex(({ at }) => at >= before)
    if (old <= 0) return
    await store.drop(new Set(all.slice(0, old).map(({ seq }) => seq)))
  }

  async #packs(store: FolderStore): Promise<void> {
    const { loose, packs } = await objectFiles(store.git.gitDir)
    if (loose > mostLoose) await store.packNew()
    if (packs.length > mostPacks && !this.#deps.busy()) await store.repack()
  }

  /** More than the user allows: those of all folders go that are needed least, until it is not. */
  async #size(): Promise<void> {
    const { limitMb, watch } = this.#deps
    const limit = limitMb() * 1024 * 1024
    for (let round = 0; round < rounds && !this.#closed; round += 1) {
      const stores = await this.#deps.stores()
      const bytes = await sizeOf(stores)
      if (bytes <= limit) return watch.problems.solve('snapshots:limit')
      const dropped = await this.#thin(stores, shareIn(round))
      if (!dropped && !(await this.#removeOldest(stores))) break
      await breathe()
    }
    const bytes = await sizeOf(await this.#deps.stores())
    if (bytes <= limit) return watch.problems.solve('snapshots:limit')
    const message = `Snapshots take ${Math.round(bytes / 1024 / 1024)} MB, more than the limit of ${limitMb()} MB, although only the latest ones are left. Raise the limit in the settings, or delete snapshots of folders there.`
    watch.problems.raise('snapshots:limit', { message, dismissible: true })
  }

  /** False when each folder has its latest one only. */
  async #thin(stores: readonly FolderStore[], share: number): Promise<boolean> {
    const timelines = stores.map(({ timeline }) => timeline.all)
    const order = goingFirst(timelines, Date.now(), this.#deps.isLiving)
    const going = new Set(order.slice(0, Math.ceil(order.length * share)))
    for (const [place, store] of stores.entries()) {
      const seqs = (timelines[place] ?? []).flatMap((snapshot) => (going.has(snapshot) ? [snapshot.seq] : []))
      if (seqs.length > 0) await this.#guarded(store, () => store.drop(new Set(seqs)))
    }
    return order.length > 0
  }

  /** The folder that was left alone for longest goes as a whole, unless it was used today. */
  async #removeOldest(stores: readonly FolderStore[]): Promise<boolean> {
    const before = new Date(Date.now() - dayMs).toISOString()
    const [oldest] = stores.toSorted((a, b) => (a.timeline.last?.at ?? '').localeCompare(b.timeline.last?.at ?? ''))
    if (!oldest || (oldest.timeline.last?.at ?? '') > before) return false
    await this.#deps.remove(oldest.folder)
    return true
  }

  /** What is stopped because somebody needs the folder is done another time. */
  async #guarded(store: FolderStore, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (err) {
      this.#deps.log.info({ err, folder: store.folder }, 'snapshots are looked after later')
    }
  }
}

async function sizeOf(stores: readonly FolderStore[]): Promise<number> {
  let bytes = 0
  for (const { place } of stores) bytes += await bytesOf(place)
  return bytes
}
