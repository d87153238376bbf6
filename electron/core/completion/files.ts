import { access, constants, lstat, stat } from 'node:fs/promises'
import { isAbsolute, resolve } from 'node:path'
import { AppError } from '../../../shared/app-error.ts'
import type { FileMatches, MentionState } from '../../../shared/domain/completion.ts'
import type { Controls } from '../claude/controls.ts'
import type { Log } from '../log.ts'
import { checkFolder } from '../pool/folder-check.ts'
import { systemCode } from '../storage/storage-error.ts'
import type { Problems } from '../storage/problems.ts'
import { Thread } from '../threads/thread.ts'
import { workerFile } from '../threads/worker-file.ts'
import { completionProtocol } from './worker-protocol.ts'

export type FilesDeps = {
  /** A process that works in the folder and can be asked now; null: there is none. */
  answering: (cwd: string) => Controls | null
  log: Log
  problems: Problems
}

/** A process that does not answer by then is not waited for. */
const claudeMs = 150
/** So long one that was too slow is left alone. */
const restMs = 2_000
const checkedMs = 3_000
/** Claude Code names no more than this. */
const claudeMost = 15

/** Files and folders for what was typed behind `@`. */
export class Files {
  readonly #deps: FilesDeps
  readonly #slow = new WeakMap<Controls, number>()
  #thread: Thread<typeof completionProtocol.calls, never, never> | null = null
  #closed = false
  #checked = { cwd: '', at: 0 }

  constructor(deps: FilesDeps) {
    this.#deps = deps
  }

  /**
   * What fits `query` in the folder, the best first: as Claude Code ranks it where a process works there and has an answer, else by our own
   * reading of the folder. Throws FOLDER_MISSING, FOLDER_NOT_DIRECTORY, FOLDER_UNREADABLE, BAD_REQUEST for a path that is not absolute.
   */
  async find(cwd: string, query: string, limit: number): Promise<FileMatches> {
    await this.#check(cwd)
    const wanted = query.replaceAll('\0', '')
    const ranked = await this.#byClaude(cwd, wanted)
    if (ranked.length > 0) return matches(ranked.slice(0, limit), 'claude', { building: false, whole: true })
    const { paths, building, whole } = await this.#own().call('find', { cwd, query: wanted, limit })
    return matches(paths, 'index', { building, whole })
  }

  /** What each path is now, in the order asked. Relative ones lie in `cwd`. */
  async states(cwd: string, paths: readonly string[]): Promise<MentionState[]> {
    return Promise.all(paths.map(async (path) => ({ path, kind: await kindOf(cwd, path) })))
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#thread?.close()
  }

  async #byClaude(cwd: string, query: string): Promise<string[]> {
    const controls = this.#deps.answering(cwd)
    if (controls === null || (this.#slow.get(controls) ?? 0) > performance.now()) return []
    const late = Promise.withResolvers<null>()
    const timer = setTimeout(() => late.resolve(null), claudeMs)
    const answer = await Promise.race([controls.files(query).catch(() => []), late.promise])
    clearTimeout(timer)
    if (answer === null) this.#slow.set(controls, performance.now() + restMs)
    const paths = (answer ?? []).filter((path) => path !== '' && isAbsolute(query) === isAbsolute(path)).slice(0, claudeMost)
    // Of names that hold a line break it gives the pieces, which are not there.
    const there = await Promise.all(paths.map((path) => lstat(resolve(cwd, path)).catch(() => null)))
    return paths.filter((_, at) => there[at])
  }

  /** Listing a large folder takes its time: one that was right is not looked at again at once. */
  async #check(cwd: string): Promise<void> {
    if (this.#checked.cwd === cwd && performance.now() - this.#checked.at < checkedMs) return
    await checkFolder(cwd)
    this.#checked = { cwd, at: performance.now() }
  }

  #own(): Thread<typeof completionProtocol.calls, never, never> {
    if (this.#closed) throw new AppError('UNAVAILABLE', 'Bullpen is closing.')
    this.#thread ??= new Thread({
      protocol: completionProtocol,
      file: workerFile(import.meta.url, 'worker.ts', 'completion-worker'),
      name: 'completion',
      title: 'The list of files',
      data: () => null,
      log: this.#deps.log,
      problems: this.#deps.problems,
      resourceLimits: { maxOldGenerationSizeMb: 512 },
    })
    return this.#thread
  }
}

function matches(paths: readonly string[], source: FileMatches['source'], { building, whole }: { building: boolean; whole: boolean }) {
  const items = paths.map((path) => ({ path, kind: path.endsWith('/') ? ('folder' as const) : ('file' as const) }))
  return { items, nextCursor: null, source, building, bounded: !building && !whole }
}

async function kindOf(cwd: string, path: string): Promise<MentionState['kind']> {
  if (path === '' || path.includes('\0')) return 'missing'
  const whole = resolve(cwd, path)
  const found = await stat(whole).catch((thrown: unknown) => systemCode(thrown) ?? 'EIO')
  if (typeof found === 'string') return found === 'EACCES' || found === 'EPERM' ? 'unreadable' : 'missing'
  const readable = await access(whole, constants.R_OK).then(
    () => true,
    () => false,
  )
  if (!readable) return 'unreadable'
  return found.isDirectory() ? 'folder' : 'file'
}
