import { lstat, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { TreePath } from '../../../shared/domain/changes.ts'
import { toTreePath } from '../git/tree-path.ts'
import { onDisk } from '../git/on-disk.ts'
import { writeFileAtomic } from '../storage/atomic-file.ts'
import { parseJson } from '../storage/parse-json.ts'

/** Who may read, write and run files, where that is not as for any new file; git itself only knows whether a file can be run. */
export type FileModes = ReadonlyMap<TreePath, number>

const modesSchema = z.array(z.tuple([z.string(), z.int().min(0).max(0o777)]))
const all = 0o777
/** Of more than that those are forgotten that were seen first. */
const most = 20_000
const tickMs = 1_100
const mostYoung = 500

/** `changedMs`: when the file was changed last in any way. */
export type SeenMode = { path: Buffer; mode: number; changedMs: number }

/** The modes of a folder's files as they were last seen. They are remembered for files that are gone, which may come back. */
export class Permissions {
  readonly #path: string
  readonly #umasked: number
  readonly #modes: Map<TreePath, number>
  #isKept: boolean
  #text: string | null = null
  #young: Buffer[] = []

  private constructor(path: string, umasked: number, kept: [TreePath, number][] | null) {
    this.#path = path
    this.#umasked = umasked
    this.#modes = new Map(kept)
    this.#isKept = kept !== null
  }

  /** `place`: the folder of a store. */
  static async open(place: string): Promise<Permissions> {
    const path = join(place, 'modes.json')
    const kept = modesSchema.safeParse(parseJson(await readFile(path, 'utf8').catch(() => null))).data ?? null
    return new Permissions(path, await modeOfNew(join(place, 'mode.tmp')), kept)
  }

  /** False when nothing is known yet, so that all files have to be looked at. */
  get isKept(): boolean {
    return this.#isKept
  }

  /** All that is known, in a text that is the same for the same; null where nothing is unusual. */
  get text(): string | null {
    if (this.#modes.size === 0) return null
    this.#text ??= JSON.stringify([...this.#modes].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    return this.#text
  }

  /** These files are like that now. */
  seen(files: readonly SeenMode[]): void {
    const since = Date.now() - tickMs
    for (const { path, mode, changedMs } of files) {
      this.#see(toTreePath(path), mode & all)
      if (changedMs > since && this.#young.length < mostYoung) this.#young.push(path)
    }
  }

  /** Git does not list a file again whose mode changes within the second in which the file was changed. */
  async lookAgain(folder: string): Promise<void> {
    const young = this.#young
    this.#young = []
    const found = await Promise.all(young.map((path) => lstat(onDisk(folder, path)).catch(() => null)))
    this.seen(
      found.flatMap((stats, index) => {
        const path = young[index]
        return stats?.isFile() && path ? [{ path, mode: stats.mode, changedMs: stats.ctimeMs }] : []
      }),
    )
  }

  /** Keeps it on the disk. */
  async save(): Promise<void> {
    if (this.#isKept) return
    await writeFileAtomic(this.#path, this.text ?? '[]')
    this.#isKept = true
  }

  #see(path: TreePath, mode: number): void {
    const usual = (mode & 0o100) === 0 ? this.#umasked & 0o666 : this.#umasked
    if (this.#modes.get(path) === (mode === usual ? undefined : mode)) return
    this.#modes.delete(path)
    if (mode !== usual) this.#modes.set(path, mode)
    const [first] = this.#modes.keys()
    if (this.#modes.size > most && first !== undefined) this.#modes.delete(first)
    this.#text = null
    this.#isKept = false
  }
}

/** Reads the text of `Permissions`. */
export function modesOf(text: string): FileModes {
  return new Map(modesSchema.safeParse(parseJson(text)).data ?? [])
}

/** What the system makes of all rights for a new file. */
async function modeOfNew(probe: string): Promise<number> {
  await rm(probe, { force: true })
  const file = await open(probe, 'wx', all)
  try {
    return (await file.stat()).mode & all
  } finally {
    await file.close()
    await rm(probe, { force: true })
  }
}
