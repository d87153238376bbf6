import type { Git, GitRun } from '../git/git.ts'
import { ObjectBatch, objectGone } from './object-batch.ts'

const idleMs = 30_000

/** Reads objects of a store through one git that stays while there is something to read. */
export class ObjectReader {
  readonly #git: Git
  readonly #place: GitRun
  #batch: Promise<ObjectBatch> | null = null
  #idle: NodeJS.Timeout | undefined

  constructor(git: Git, place: GitRun) {
    this.#git = git
    this.#place = place
  }

  /** The bytes of an object. Throws NOT_FOUND, TOO_LARGE for more than 64 MB, UNAVAILABLE when it was closed meanwhile. */
  async read(object: string): Promise<Buffer> {
    if (!/^[0-9a-f]{40,64}$/.test(object)) throw objectGone()
    const batch = await this.#open()
    this.#endLater(batch)
    return batch.read(object)
  }

  /** Ends the process; another read starts one anew. */
  close(): void {
    clearTimeout(this.#idle)
    const batch = this.#batch
    this.#batch = null
    void batch?.then(
      (one) => one.end(),
      () => {},
    )
  }

  async #open(): Promise<ObjectBatch> {
    const last = this.#batch
    const known = await last
    if (known && !known.ended) return known
    // Another one that waited has opened one meanwhile.
    if (this.#batch !== last) return this.#open()
    const batch = this.#git.open(['cat-file', '--batch'], this.#place).then((child) => new ObjectBatch(child))
    this.#batch = batch
    batch.catch(() => {
      if (this.#batch === batch) this.#batch = null
    })
    return batch
  }

  #endLater(batch: ObjectBatch): void {
    clearTimeout(this.#idle)
    this.#idle = setTimeout(() => (batch.busy ? this.#endLater(batch) : this.close()), idleMs)
    this.#idle.unref()
  }
}
