import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Instance, InstanceConfig } from '../../../shared/domain/instance.ts'
import type { WorktreeRequest } from '../../../shared/domain/worktree.ts'
import type { Log } from '../log.ts'
import type { InstanceRoster } from '../pool/instance-roster.ts'
import { newId } from '../storage/id.ts'
import { copyIgnored } from './copy-ignored.ts'
import { clearUnfinished, makeWorktree } from './make-worktree.ts'
import { planWorktree, type NewWorktree } from './new-worktree.ts'
import type { RepoGit } from './repo-git.ts'
import { repositoryAt, type Repository } from './repository.ts'
import type { Entry, WorktreeBook } from './worktree-book.ts'

export type MakerDeps = {
  git: RepoGit
  book: WorktreeBook
  instances: InstanceRoster
  folder: () => string | null
  log: Log
}

export type NewInstance = InstanceConfig & { start: boolean }

/** Makes a worktree with the instance that works in it: both, or nothing, whatever happens in between. */
export class WorktreeMaker {
  readonly #deps: MakerDeps

  constructor(deps: MakerDeps) {
    this.#deps = deps
  }

  /** Makes both. Throws what git or the pool says, and nothing is left then. */
  async make({ start, ...config }: NewInstance, wish: WorktreeRequest): Promise<{ entry: Entry; instance: Instance }> {
    const { git, book, instances, folder } = this.#deps
    const repository = await repositoryAt(git, config.cwd)
    const plan = await planWorktree(git, repository, { ...wish, name: config.name, folder: folder() })
    const entry = entryFor(plan, wish)
    // Before anything is made: a crash leaves word of what to take away.
    await book.add(entry)
    try {
      await makeWorktree(git, { ...plan, main: repository.main })
      await book.change(entry.id, { notCopied: await this.#copy(repository, plan.path, wish.copy) })
      const cwd = await folderOr(join(plan.path, repository.inside), plan.path)
      const instance = await instances.create({ ...config, cwd, start: start && wish.setup === undefined }, entry.instanceId)
      await book.change(entry.id, { making: false })
      return { entry, instance }
    } catch (thrown) {
      await this.#undo(entry)
      throw thrown
    }
  }

  /** Takes away what the end of the last run left half made. */
  async recover(): Promise<void> {
    const { book, instances } = this.#deps
    for (const entry of book.all().filter(({ making }) => making)) {
      if (instances.has(entry.instanceId)) await book.change(entry.id, { making: false })
      else await this.#undo(entry)
    }
  }

  async #copy(repository: Repository, to: string, wanted: readonly string[]): Promise<Entry['notCopied']> {
    const from = repository.bare ? repository.root : repository.main
    if (from !== null) return copyIgnored(this.#deps.git, from, to, wanted)
    return wanted.map((path) => ({ path, reason: 'The repository is bare, so there is no folder to copy from.' }))
  }

  async #undo(entry: Entry): Promise<void> {
    const { git, book, log, instances } = this.#deps
    try {
      if (instances.has(entry.instanceId)) await instances.remove(entry.instanceId)
      if (await clearUnfinished(git, { ...entry, main: entry.repository })) await book.drop(entry.id)
      else log.warn({ path: entry.path }, 'a worktree that was not finished has work in it and stays')
    } catch (err) {
      log.warn({ err, path: entry.path }, 'a worktree that was not finished could not be removed; the next start tries again')
    }
  }
}

function entryFor(plan: NewWorktree, { setup, copy }: WorktreeRequest): Entry {
  const { path, branch, branchExists, base, baseCommit, repository } = plan
  return {
    id: newId('tree'),
    instanceId: newId('inst'),
    making: true,
    path,
    repository: repository.main,
    branch,
    branchExists,
    base,
    baseCommit,
    createdAt: new Date().toISOString(),
    copy,
    notCopied: [],
    isReady: setup === undefined,
    setup: setup === undefined ? null : { command: setup, state: 'waiting', exitCode: null, tail: '', startedAt: null, endedAt: null },
  }
}

async function folderOr(path: string, otherwise: string): Promise<string> {
  return (await stat(path).catch(() => null))?.isDirectory() ? path : otherwise
}
