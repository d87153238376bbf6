import { FolderIndex, usualLimits, type IndexLimits } from './folder-index.ts'

const mostFolders = 4
/** A first look that is over by then is waited for, so that the first answer is whole where the folder is small. */
const firstLookMs = 250
const idleMs = 10 * 60_000

/** The folders asked about lately; others are forgotten. */
export class FolderIndexes {
  readonly #limits: IndexLimits
  readonly #indexes = new Map<string, { index: FolderIndex; usedAt: number }>()
  readonly #timer = setInterval(() => this.#forget(), 60_000)

  constructor(limits: IndexLimits = usualLimits) {
    this.#limits = limits
    this.#timer.unref()
  }

  /** The index of a folder, as far as it has come; it is read again behind that where it is not fresh. */
  async of(cwd: string): Promise<FolderIndex> {
    const index = this.#indexes.get(cwd)?.index ?? new FolderIndex(cwd, this.#limits)
    this.#indexes.delete(cwd)
    this.#indexes.set(cwd, { index, usedAt: performance.now() })
    this.#bound()
    const isNew = index.state.building
    const reading = index.refresh().catch(() => {})
    if (isNew) await Promise.race([reading, new Promise((resolve) => setTimeout(resolve, firstLookMs).unref())])
    return index
  }

  close(): void {
    clearInterval(this.#timer)
    for (const { index } of this.#indexes.values()) index.close()
    this.#indexes.clear()
  }

  #bound(): void {
    const [oldest] = this.#indexes.keys()
    if (this.#indexes.size > mostFolders && oldest !== undefined) this.#drop(oldest)
  }

  #forget(): void {
    for (const [cwd, { usedAt }] of this.#indexes) if (performance.now() - usedAt > idleMs) this.#drop(cwd)
  }

  #drop(cwd: string): void {
    this.#indexes.get(cwd)?.index.close()
    this.#indexes.delete(cwd)
  }
}
