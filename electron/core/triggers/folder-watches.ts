import { AppError } from '../../../shared/app-error.ts'
import type { MatchingFiles } from '../../../shared/domain/trigger.ts'
import type { Log } from '../log.ts'
import type { Problems } from '../storage/problems.ts'
import { Thread } from '../threads/thread.ts'
import { workerFile } from '../threads/worker-file.ts'
import type { Watched } from './watched-paths.ts'
import { watchProtocol, type FolderChange, type WatchReport, type WatchTell } from './worker-protocol.ts'

export type WatchListener = {
  onChange: (change: FolderChange) => void
  /** Everything is watched from now on: what has changed before, nobody has told. */
  onReady?: () => void
  /** Why nothing is told now, for the user; null once it is told again. */
  onTrouble: (message: string | null) => void
}

type Watching = { watched: Watched; listener: WatchListener }

/** Looks at folders in a thread of its own, which is started for the first one. */
export class FolderWatches {
  readonly #deps: { log?: Log | undefined; problems: Problems }
  readonly #watching = new Map<number, Watching>()
  #thread: Thread<typeof watchProtocol.calls, WatchTell, WatchReport> | null = null
  #last = 0
  #closed = false

  constructor(deps: { log?: Log | undefined; problems: Problems }) {
    this.#deps = deps
  }

  /** Tells of changes until what it answers is called; nothing is told afterwards. */
  watch(watched: Watched, listener: WatchListener): () => void {
    if (this.#closed) return () => {}
    const id = (this.#last += 1)
    this.#watching.set(id, { watched, listener })
    this.#started().tell({ do: 'watch', id, watched })
    return () => {
      if (this.#watching.delete(id)) this.#thread?.tell({ do: 'unwatch', id })
    }
  }

  /** How many files a pattern means now. Throws UNAVAILABLE where that takes too long. */
  async matching(on: { folder: string; glob: string }): Promise<MatchingFiles> {
    if (this.#closed) throw new AppError('UNAVAILABLE', 'Bullpen is closing. Start it again, then look at the folder.')
    return this.#started().call('matching', on)
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#watching.clear()
    await this.#thread?.close()
  }

  #started(): Thread<typeof watchProtocol.calls, WatchTell, WatchReport> {
    const { log, problems } = this.#deps
    this.#thread ??= new Thread({
      protocol: watchProtocol,
      file: workerFile(import.meta.url, 'worker.ts', 'triggers-worker'),
      name: 'triggers',
      title: 'Watching folders',
      data: () => null,
      ...(log ? { log } : {}),
      problems,
      onReport: (report) => this.#take(report),
      onRestart: () => {
        for (const [id, { watched }] of this.#watching) this.#thread?.tell({ do: 'watch', id, watched })
      },
    })
    return this.#thread
  }

  #take(report: WatchReport): void {
    const listener = this.#watching.get(report.id)?.listener
    if (!listener) return
    if (report.kind === 'ready') listener.onReady?.()
    else if (report.kind === 'trouble') listener.onTrouble(report.message)
    else for (const change of report.changes) listener.onChange(change)
  }
}
