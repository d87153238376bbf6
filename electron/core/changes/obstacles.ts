import { lstat, readdir } from 'node:fs/promises'
import { sep } from 'node:path'
import type { TreePath } from '../../../shared/domain/changes.ts'
import type { KeptReason } from '../../../shared/domain/rewind.ts'
import { diskPath } from '../git/tree-path.ts'
import { foldersBetween, type DiskPath, type DiskState } from './disk-state.ts'
import type { FileStep } from './file-step.ts'

/** What goes in a rewind, and so is in nobody's way. */
export class Going {
  readonly #folder: string
  readonly #files = new Set<string>()
  /** The folders that may be empty then. */
  readonly #folders = new Set<string>()

  constructor(folder: string, steps: readonly FileStep[]) {
    this.#folder = folder
    for (const { path, to } of steps) {
      if (to !== null) continue
      const place = diskPath(folder, path)
      this.#files.add(keyOf(place))
      for (const parent of foldersBetween(folder, place)) this.#folders.add(keyOf(parent))
    }
  }

  /** Why a file cannot come where this is now; null where it can. */
  async obstacle(path: TreePath, state: DiskState): Promise<KeptReason | null> {
    const place = diskPath(this.#folder, path)
    if (state.kind === 'folder') return (await this.#empties(place)) ? null : 'in-the-way'
    if (state.kind === 'blocked') return (await this.#unblocks(place)) ? null : 'in-the-way'
    if (state.kind === 'special') return 'in-the-way'
    return state.kind === 'unreadable' ? 'unreadable' : null
  }

  /** Whether nothing of a folder stays. */
  async #empties(folder: DiskPath): Promise<boolean> {
    if (!this.#folders.has(keyOf(folder))) return false
    const inside = await readdir(folder, { encoding: 'buffer', withFileTypes: true }).catch(() => null)
    if (inside === null) return false
    for (const entry of inside) {
      const place = join(folder, entry.name)
      if (!(entry.isDirectory() ? await this.#empties(place) : this.#files.has(keyOf(place)))) return false
    }
    return true
  }

  /** Whether what stands in the place of one of its folders goes. */
  async #unblocks(place: DiskPath): Promise<boolean> {
    for (const parent of foldersBetween(this.#folder, place)) {
      const stats = await lstat(parent).catch(() => null)
      if (stats !== null && !stats.isDirectory()) return this.#files.has(keyOf(parent))
    }
    return true
  }
}

function join(folder: DiskPath, name: Buffer): Buffer {
  return Buffer.concat([Buffer.from(folder), Buffer.from(sep), name])
}

function keyOf(place: DiskPath): string {
  return Buffer.from(place).toString('latin1')
}
