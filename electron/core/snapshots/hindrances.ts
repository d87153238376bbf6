import type { AppError } from '../../../shared/app-error.ts'
import type { StoreWatch } from '../storage/json-store.ts'
import { isTooMuch, toSnapshotError } from './faults.ts'

/** A folder that is too large, or too slow to look at, is left alone for that long. */
const restMs = 30 * 60_000

/** What keeps snapshots of folders from being taken: told in words of ours. */
export class Hindrances {
  readonly #root: string
  readonly #watch: StoreWatch
  /** Why no snapshot could be taken of a folder the last time. */
  readonly #notes = new Map<string, string>()
  readonly #rests = new Map<string, { until: number; error: AppError }>()

  /** `root`: where the stores lie. */
  constructor(root: string, watch: StoreWatch) {
    this.#root = root
    this.#watch = watch
  }

  /** By folder. */
  get notes(): ReadonlyMap<string, string> {
    return this.#notes
  }

  /** Does what may fail; a folder that is too much is left alone for a while. */
  async told<T>(folder: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (thrown) {
      const error = toSnapshotError(thrown, this.#root)
      this.#notes.set(folder, error.message)
      if (error.code === 'GIT_FAILED' || error.code === 'INTERNAL') this.#raise(folder, error)
      if (error.code === 'DISK_FULL') this.#watch.disk.failed(error)
      if (isTooMuch(thrown)) this.#rests.set(folder, { until: performance.now() + restMs, error })
      throw error
    }
  }

  /** Throws why a folder is left alone, while it is. */
  check(folder: string): void {
    const rest = this.#rests.get(folder)
    if (rest && rest.until > performance.now()) throw rest.error
    this.#rests.delete(folder)
  }

  /** A snapshot was taken. */
  solved(folder: string): void {
    this.#notes.delete(folder)
    this.#watch.problems.solve(failedId(folder))
  }

  /** Its snapshots are removed. */
  forget(folder: string): void {
    this.#notes.delete(folder)
  }

  #raise(folder: string, { message }: AppError): void {
    const words = `No snapshot of ${folder} could be taken, so what changes there now can’t be rewound. ${message}`
    this.#watch.problems.raise(failedId(folder), { message: words, path: folder, dismissible: true })
  }
}

function failedId(folder: string): string {
  return `snapshots:failed:${folder}`
}
