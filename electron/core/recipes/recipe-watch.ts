import { existsSync } from 'node:fs'
import { watch, type FSWatcher } from 'chokidar'

const settleMs = 50
/** A folder that is not there, or that was moved away, is looked for this often. */
const usualLookMs = 2_000

export type RecipeWatchOptions = { folder: string; onChange: () => void; onFault: (fault: unknown) => void; lookMs?: number }

/** Tells when a file of the folder comes, changes or goes, whoever does that. Several at once are told once. */
export class RecipeWatch {
  readonly #options: RecipeWatchOptions
  readonly #looking: NodeJS.Timeout
  #watcher: FSWatcher | null = null
  #settling: NodeJS.Timeout | undefined

  constructor(options: RecipeWatchOptions) {
    this.#options = options
    this.#look()
    this.#looking = setInterval(() => this.#look(), options.lookMs ?? usualLookMs).unref()
  }

  async close(): Promise<void> {
    clearInterval(this.#looking)
    clearTimeout(this.#settling)
    await this.#watcher?.close()
  }

  #look(): void {
    const isThere = existsSync(this.#options.folder)
    if (isThere === (this.#watcher !== null)) return
    const last = this.#watcher
    this.#watcher = null
    if (last) {
      last.close().catch(this.#options.onFault)
      this.#changed()
    } else this.#follow()
  }

  #follow(): void {
    const watcher = watch(this.#options.folder, { ignoreInitial: true, depth: 0, ignorePermissionErrors: true, atomic: false })
    watcher.on('all', () => this.#changed())
    watcher.on('error', this.#options.onFault)
    // What was put there before everything was watched, nobody has told.
    watcher.once('ready', () => this.#changed())
    this.#watcher = watcher
  }

  #changed(): void {
    clearTimeout(this.#settling)
    this.#settling = setTimeout(this.#options.onChange, settleMs)
  }
}
