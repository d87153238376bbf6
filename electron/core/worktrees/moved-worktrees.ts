import { lstat } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'
import type { Git } from '../git/git.ts'
import type { Log } from '../log.ts'
import type { Pool } from '../pool/pool.ts'
import { InOrder } from './in-order.ts'
import { recordOf } from './lost-record.ts'
import { liesIn } from './places.ts'
import { RepoGit } from './repo-git.ts'
import { findRepository } from './repository.ts'
import type { Entry, WorktreeBook } from './worktree-book.ts'

export type MovedWorktreesOptions = { git: Git; book: WorktreeBook; pool: () => Pool | undefined; log: Log }

/** Where a folder is now. `settled`: those who work there have it as their folder. */
type Followed = { folder: string; settled: Promise<void> }

/** Worktrees that somebody has moved: git knows where they are, and those who work in them go along. */
export class MovedWorktrees {
  readonly #options: MovedWorktreesOptions
  readonly #git: RepoGit
  /** From where to where, since the start. */
  readonly #moves = new Map<string, string>()
  readonly #inOrder = new InOrder()

  constructor(options: MovedWorktreesOptions) {
    this.#options = options
    this.#git = new RepoGit(options.git)
  }

  /** The folder, or where it is now if the worktree that it is in was moved. Never rejects. */
  async follow(folder: string): Promise<Followed> {
    const stays = { folder, settled: Promise.resolve() }
    if (await isThere(folder)) return stays
    const entry = this.#options.book.at(folder)
    if (entry) return this.#inOrder.run(entry.repository, () => this.#followed(entry, folder)).catch(() => stays)
    return { ...stays, folder: this.#known(folder) }
  }

  async #followed({ id }: Entry, folder: string): Promise<Followed> {
    const { book } = this.#options
    // Somebody else may have found it just now.
    const entry = book.find(id)
    if (!entry || !liesIn(folder, entry.path)) return { folder: this.#known(folder), settled: Promise.resolve() }
    const to = await movedTo(this.#git, book, entry)
    if (to === null) return { folder, settled: Promise.resolve() }
    this.#moves.set(entry.path, to.path)
    await book.change(id, to)
    return { folder: join(to.path, relative(entry.path, folder)), settled: this.#goAlong(entry.path, to.path) }
  }

  #known(folder: string): string {
    const [from, to] = [...this.#moves].findLast(([path]) => liesIn(folder, path)) ?? []
    return from === undefined || to === undefined ? folder : join(to, relative(from, folder))
  }

  /** Gives those who worked in it the folder that it has now, and says so. */
  async #goAlong(from: string, to: string): Promise<void> {
    const { pool, log } = this.#options
    const found = pool()
    for (const { id, name, cwd } of found?.instances.list() ?? []) {
      if (!liesIn(cwd, from)) continue
      try {
        await found?.instances.update(id, { cwd: join(to, relative(from, cwd)) })
        const message = `The worktree of ${name} was moved. It continues in ${to}.`
        found?.notice({
          level: 'info',
          code: 'WORKTREE_MOVED',
          message,
          instanceId: id,
          conversationId: null,
          at: new Date().toISOString(),
        })
      } catch (err) {
        log.warn({ err, to }, 'an instance could not follow its worktree')
      }
    }
  }
}

/** Where git has a worktree that is not at its place any more: by the record that git made for it, with the branch it had. Null: nowhere. */
async function movedTo(git: RepoGit, book: WorktreeBook, entry: Entry): Promise<{ path: string; record: string } | null> {
  if (entry.making || entry.removedAt !== undefined || (await isThere(entry.path))) return null
  const repository = await findRepository(git, entry.repository)
  if (repository === null) return null
  const isTaken = (path: string) => book.all().some((other) => other.path === path && other.removedAt === undefined)
  for (const { path, branch, prunable } of repository.worktrees.slice(1)) {
    if (prunable || branch !== entry.branch || isTaken(path) || !(await isThere(path))) continue
    const folder = await recordOf(repository.commonDir, path)
    if (folder !== null && isRecordOf(entry, basename(folder))) return { path, record: basename(folder) }
  }
  return null
}

/** Git calls a record after the folder that it was made for, with a number where that is taken, and leaves it so when the folder moves. */
function isRecordOf({ path, record }: Entry, name: string): boolean {
  if (record !== undefined) return record === name
  const made = basename(path)
  return name.startsWith(made) && /^\d*$/.test(name.slice(made.length))
}

function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  )
}
