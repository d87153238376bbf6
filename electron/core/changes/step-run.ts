import { chmod, lstat, rename, unlink } from 'node:fs/promises'
import { AppError } from '../../../shared/app-error.ts'
import type { TreePath } from '../../../shared/domain/changes.ts'
import { diskPath } from '../git/tree-path.ts'
import type { TreeEntry } from '../snapshots/snapshot.ts'
import { syncFolder } from '../storage/atomic-file.ts'
import { systemCode } from '../storage/storage-error.ts'
import { foldersBetween, isStill, lookAt, stateAt, type DiskPath, type DiskState } from './disk-state.ts'
import { isFile, isModeOnly, linkMode, type FileStep, type StepResult } from './file-step.ts'
import { appear, beside, isRefused, linkNew, makeFolders, ownAs, parentOf, removeEmpty, withRun, writeNew } from './step-files.ts'

export type StepRunOptions = {
  folder: string
  /** Names what is written beside files until it takes their place; the same again when a run that was cut off goes on. */
  name: string
  steps: readonly FileStep[]
  /** Folders that stay even where nothing is left in them. */
  keep: readonly string[]
  /** An earlier run of the same steps was cut off. */
  goesOn?: boolean
  /** The bytes of an object. */
  read: (object: string) => Promise<Buffer>
}

/**
 * Makes files what they are to be, in two parts: `stage` writes all that is new beside the files, so that a full disk is met before anything has
 * changed; `apply` then renames and removes. Both can be repeated after a kill at any moment. A file that is neither what it was nor what it is to
 * be is left as it is, and nothing leads out of the folder.
 */
export class StepRun {
  readonly #options: StepRunOptions
  readonly #results: (StepResult | null)[]
  readonly #touched = new Map<string, DiskPath>()
  readonly #emptied = new Map<string, DiskPath>()

  constructor(options: StepRunOptions) {
    this.#options = options
    this.#results = options.steps.map(() => null)
  }

  /** Throws DISK_FULL, STATE_CONFLICT for what snapshots do not hold any more, and what else goes wrong; nothing has changed then. */
  async stage(): Promise<void> {
    try {
      for (const [index, step] of this.#options.steps.entries()) await this.#stageOne(index, step)
    } catch (thrown) {
      await this.discard()
      throw stagingFailed(thrown)
    }
  }

  /** Removes what was written beside files. */
  async discard(): Promise<void> {
    for (const [index, { path, to }] of this.#options.steps.entries()) {
      if (to === null) continue
      for (const place of this.#places(index, path)) await unlink(place).catch(() => {})
    }
  }

  /** Answers what became of each step, in their order. Never rejects for a single file. */
  async apply(): Promise<StepResult[]> {
    const { steps } = this.#options
    const order = [...steps.keys()]
    // What goes makes room for what comes: a file for a folder of its name, or the reverse.
    for (const index of order.toReversed()) if (steps[index]?.to === null) await this.#applyOne(index)
    for (const index of order) if (steps[index]?.to !== null) await this.#applyOne(index)
    await this.discard()
    await this.#removeEmptied(() => true)
    for (const place of this.#touched.values()) await syncFolder(place.toString()).catch(() => {})
    return this.#results.map((result) => result ?? 'changed-meanwhile')
  }

  async #stageOne(index: number, step: FileStep): Promise<void> {
    const { to, path } = step
    if (to === null || isModeOnly(step)) return
    const place = await this.#stagingPlace(index, path)
    if (place === null) return
    await this.#write(index, place, to)
  }

  async #write(index: number, place: DiskPath, to: TreeEntry): Promise<void> {
    const bytes = await this.#options.read(to.object)
    // Left by a run that was cut off, perhaps in the middle of it.
    await unlink(place).catch(() => {})
    try {
      if (to.mode === linkMode) await linkNew(place, bytes)
      else await writeNew(place, bytes, this.#modeOfStaged(index, to))
    } catch (thrown) {
      if (!isRefused(thrown)) throw thrown
      this.#results[index] = 'read-only'
    }
  }

  /** What gets the mode of another file, or one of its own, is nobody else's to read until then. */
  #modeOfStaged(index: number, to: TreeEntry): number {
    const { from, modes } = this.#options.steps[index] ?? {}
    const isOwn = modes?.to === undefined ? from !== null && from !== undefined && isFile(from) : modes.to !== 'usual'
    if (isOwn) return 0o600
    return to.mode === '100755' ? 0o777 : 0o666
  }

  /** In the nearest folder that is there; null where a link stands in the way. */
  async #stagingPlace(index: number, path: TreePath): Promise<DiskPath | null> {
    let holder: DiskPath = this.#options.folder
    for (const folder of foldersBetween(this.#options.folder, diskPath(this.#options.folder, path))) {
      const stats = await lstat(folder).catch(() => null)
      if (stats?.isSymbolicLink()) return null
      if (!stats?.isDirectory()) break
      holder = folder
    }
    return beside(holder, this.#temporary(index))
  }

  /** Where the staged file of a step may be, from the innermost folder outwards. */
  #places(index: number, path: TreePath): DiskPath[] {
    const { folder } = this.#options
    const folders = [folder, ...foldersBetween(folder, diskPath(folder, path))]
    return folders.toReversed().map((one) => beside(one, this.#temporary(index)))
  }

  #temporary(index: number): string {
    return `.${this.#options.name}-${index}.tmp`
  }

  async #applyOne(index: number): Promise<void> {
    const step = this.#options.steps[index]
    if (!step || this.#results[index] !== null) return
    try {
      this.#results[index] = await this.#become(index, step)
    } catch (thrown) {
      if (!isOfSystem(thrown)) throw thrown
      this.#results[index] = 'read-only'
    }
  }

  async #become(index: number, step: FileStep): Promise<StepResult> {
    const { folder } = this.#options
    const place = diskPath(folder, step.path)
    let state = await this.#look(step)
    if (state.kind === 'folder' && step.to !== null && (await this.#removeEmptied((inner) => isWithin(inner, place))))
      state = await this.#look(step)
    if (isAs(state, step.to)) {
      // Somebody else made it so, which is not ours to undo; else the run that was cut off did, and may have left its folders.
      if (this.#options.goesOn !== true) return 'changed-meanwhile'
      if (step.to === null) this.#noteEmptied(place)
      return 'done'
    }
    if (!isAs(state, step.from) || (step.from === null && state.kind !== 'nothing')) return leftFor(state)
    const parent = parentOf(place)
    this.#touched.set(keyOf(parent), parent)
    if (step.to === null) return this.#remove(place, state)
    if (isModeOnly(step)) return this.#changeMode(step, step.to, place, state)
    return this.#replace(index, step, step.to, place, state)
  }

  #look({ path, from, to }: FileStep): Promise<DiskState> {
    return stateAt(this.#options.folder, path, (from ?? to)?.object ?? '')
  }

  async #remove(place: DiskPath, state: DiskState): Promise<StepResult> {
    if (state.kind !== 'entry' || !(await isStill(place, state.stats))) return 'changed-meanwhile'
    await unlink(place)
    this.#noteEmptied(place)
    return 'done'
  }

  #noteEmptied(place: DiskPath): void {
    for (const parent of foldersBetween(this.#options.folder, place)) this.#emptied.set(keyOf(parent), parent)
  }

  async #changeMode({ modes }: FileStep, to: TreeEntry, place: DiskPath, state: DiskState): Promise<StepResult> {
    if (state.kind !== 'entry') return 'changed-meanwhile'
    const wanted = typeof modes?.to === 'number' ? modes.to : null
    await chmod(place, wanted ?? Number(withRun(state.stats.mode & 0o7777n, to.mode === '100755')))
    return 'done'
  }

  async #replace(index: number, step: FileStep, to: TreeEntry, place: DiskPath, state: DiskState): Promise<StepResult> {
    const temporary = await this.#staged(index, step, to)
    if (temporary === null) return 'in-the-way'
    if (state.kind === 'entry') {
      const { uid, gid, mode } = state.stats
      const own = step.from?.mode === to.mode ? mode : withRun(mode, to.mode === '100755')
      if (to.mode !== linkMode) await ownAs(temporary, { uid, gid, mode: modeFor(step, own) })
      if (!(await isStill(place, state.stats))) return 'changed-meanwhile'
      await rename(temporary, place)
      return 'done'
    }
    if (typeof step.modes?.to === 'number' && to.mode !== linkMode) await chmod(temporary, step.modes.to)
    await makeFolders(parentOf(place))
    return (await appear(temporary, place)) ? 'done' : 'changed-meanwhile'
  }

  /** What was written beside for a step; written again where it is gone. */
  async #staged(index: number, { path }: FileStep, to: TreeEntry): Promise<DiskPath | null> {
    for (const place of this.#places(index, path)) {
      // A run that was cut off may have left a part of it.
      const found = await lookAt(place, to.object).catch(() => null)
      if (found?.kind === 'entry' && found.entry.object === to.object) return place
    }
    const place = await this.#stagingPlace(index, path)
    if (place === null) return null
    await this.#write(index, place, to)
    return place
  }

  /** Removes the folders that were emptied here, the innermost first; true when any went. */
  async #removeEmptied(which: (folder: DiskPath) => boolean): Promise<boolean> {
    const keep = new Set(this.#options.keep)
    let any = false
    for (const [key, folder] of [...this.#emptied].toSorted(([a], [b]) => b.length - a.length)) {
      if (!which(folder) || keep.has(folder.toString())) continue
      if (!(await removeEmpty(folder))) continue
      this.#touched.delete(key)
      any = true
    }
    return any
  }
}

/** `own`: that of the file whose place it takes. Null: as it was written. */
function modeFor({ from, modes }: FileStep, own: bigint): bigint | null {
  if (typeof modes?.to === 'number') return BigInt(modes.to)
  return modes?.to === 'usual' || from?.mode === linkMode ? null : own
}

function isAs(state: DiskState, wanted: TreeEntry | null): boolean {
  // A file whose place a folder has, or whose folder is none any more, is gone: a run that was cut off may have made it so.
  if (state.kind === 'nothing' || state.kind === 'folder' || state.kind === 'blocked') return wanted === null
  if (state.kind !== 'entry' || wanted === null || state.entry.object !== wanted.object) return false
  const isLink = (mode: string) => mode === linkMode
  return state.entry.mode === wanted.mode || (process.platform === 'win32' && isLink(state.entry.mode) === isLink(wanted.mode))
}

function isOfSystem(thrown: unknown): boolean {
  return systemCode(thrown) !== null
}

function leftFor({ kind }: DiskState): StepResult {
  if (kind === 'unreadable') return 'unreadable'
  return kind === 'entry' || kind === 'nothing' ? 'changed-meanwhile' : 'in-the-way'
}

function isWithin(inner: DiskPath, place: DiskPath): boolean {
  const [a, b] = [keyOf(inner), keyOf(place)]
  return a === b || a.startsWith(`${b}/`) || a.startsWith(`${b}\\`)
}

function keyOf(place: DiskPath): string {
  return Buffer.from(place).toString('latin1')
}

function stagingFailed(thrown: unknown): unknown {
  const code = systemCode(thrown)
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new AppError('DISK_FULL', 'The disk is full, so no file was changed. Free some space, then try again.', { cause: thrown })
  if (thrown instanceof AppError && thrown.code === 'NOT_FOUND')
    return new AppError('STATE_CONFLICT', 'The earlier state of these files is no longer kept, so no file was changed.', { cause: thrown })
  return thrown
}
