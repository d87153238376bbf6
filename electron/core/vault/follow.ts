import { relative, sep } from 'node:path'
import { watch, type FSWatcher } from 'chokidar'
import { isSessionFile } from './source-files.ts'

const settleMs = 40

/** Tells of every session file below a folder that comes, changes or goes. What has changed several times at once is told once. */
export class Follow {
  readonly #watcher: FSWatcher
  readonly #folder: string
  readonly #onChange: (path: string) => void
  readonly #timers = new Map<string, NodeJS.Timeout>()

  /** `onFault`: changes may be missed from now on, for example as the system watches no more folders. */
  constructor(folder: string, { onChange, onFault }: { onChange: (path: string) => void; onFault: (fault: unknown) => void }) {
    this.#folder = folder
    this.#onChange = onChange
    this.#watcher = watch(folder, { ignoreInitial: true, followSymlinks: false, ignorePermissionErrors: true, atomic: false, depth: 7 })
    for (const event of ['add', 'change', 'unlink'] as const) this.#watcher.on(event, (path) => this.#changed(path))
    this.#watcher.on('error', onFault)
  }

  async close(): Promise<void> {
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
    await this.#watcher.close()
  }

  #changed(absolute: string): void {
    const path = relative(this.#folder, absolute).split(sep).join('/')
    if (!isSessionFile(path) || this.#timers.has(path)) return
    const tell = (): void => {
      this.#timers.delete(path)
      this.#onChange(path)
    }
    this.#timers.set(path, setTimeout(tell, settleMs))
  }
}
