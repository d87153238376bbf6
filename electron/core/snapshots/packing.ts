import { lstat, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Git, GitRun } from '../git/git.ts'
import { objectFiles } from './store-size.ts'

const limits = { timeoutMs: 30 * 60_000, maxBytes: 1_000_000 }
/** What no tree holds is kept for that long: it may have been written for one that is about to be. */
const looseMs = 24 * 3_600_000

/** How the objects of a store lie on the disk: each in a file at first, then many in packs, where what is alike takes next to nothing. */
export class Packing {
  readonly #git: Git
  readonly #place: GitRun & { gitDir: string }

  constructor(git: Git, place: GitRun & { gitDir: string }) {
    this.#git = git
    this.#place = place
  }

  /** Packs what these trees hold and is in no pack. Others may read and write meanwhile. */
  async packNew(trees: readonly string[], signal: AbortSignal): Promise<void> {
    await this.#pack(trees, ['--incremental'], signal)
    await this.#git.output(['prune-packed', '-q'], { ...this.#place, background: true, signal })
  }

  /** Packs all that these trees and objects hold anew, and removes everything else. Nobody may write meanwhile. */
  async repack(trees: readonly string[], signal: AbortSignal): Promise<void> {
    const { gitDir } = this.#place
    const { packs } = await objectFiles(gitDir)
    const made = await this.#pack(trees, [], signal)
    signal.throwIfAborted()
    for (const pack of packs) {
      if (made.includes(pack)) continue
      // Without its index a pack is none.
      for (const end of ['idx', 'rev', 'pack']) await rm(join(gitDir, 'objects', 'pack', `${pack}.${end}`), { force: true })
    }
    await this.#git.output(['prune-packed', '-q'], { ...this.#place, background: true })
    await removeOldLoose(join(gitDir, 'objects'), Date.now() - looseMs)
  }

  async #pack(trees: readonly string[], options: readonly string[], signal: AbortSignal): Promise<string[]> {
    const base = join(this.#place.gitDir, 'objects', 'pack', 'pack')
    const args = ['pack-objects', '--revs', '--non-empty', '--delta-base-offset', '-q', ...options, base]
    const stdin = Buffer.from(trees.map((tree) => `${tree}\n`).join(''))
    const hashes = await this.#git.output(args, { ...this.#place, ...limits, stdin, signal, background: true })
    return hashes
      .toString('latin1')
      .split('\n')
      .filter(Boolean)
      .map((hash) => `pack-${hash}`)
  }
}

async function removeOldLoose(objects: string, before: number): Promise<void> {
  const folders = (await readdir(objects)).filter((name) => /^[0-9a-f]{2}$/.test(name))
  for (const folder of folders) {
    for (const name of await readdir(join(objects, folder))) {
      const path = join(objects, folder, name)
      if (
        await lstat(path).then(
          ({ mtimeMs }) => mtimeMs < before,
          () => false,
        )
      )
        await rm(path, { force: true })
    }
  }
}
