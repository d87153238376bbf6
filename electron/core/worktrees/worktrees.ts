import { AppError } from '../../../shared/app-error.ts'
import type { Instance } from '../../../shared/domain/instance.ts'
import type { PullRequest, RepositoryFacts, WorktreeRequest, WorktreeState } from '../../../shared/domain/worktree.ts'
import type { ConversationStore } from '../conversations/conversation-store.ts'
import type { Git } from '../git/git.ts'
import type { Log } from '../log.ts'
import type { Pool } from '../pool/pool.ts'
import { checkCopied } from './copy-ignored.ts'
import { mergePlace, type Lost } from './hindrances.ts'
import { InOrder } from './in-order.ts'
import { lostWorktree } from './lost-worktree.ts'
import { removeWorktree } from './make-worktree.ts'
import { mergeInto } from './merge-worktree.ts'
import type { MovedWorktrees } from './moved-worktrees.ts'
import { openPullRequest, type PullRequestWish } from './pull-request.ts'
import { RepoGit } from './repo-git.ts'
import { findRepository, repositoryAt } from './repository.ts'
import { repositoryFacts } from './repository-facts.ts'
import { restoreWorktree } from './restore-worktree.ts'
import { SetupRuns, type SetupRunsOptions } from './setup-runs.ts'
import type { Entry, WorktreeBook } from './worktree-book.ts'
import { WorktreeLook } from './worktree-look.ts'
import { WorktreeMaker, type NewInstance } from './worktree-maker.ts'

export type WorktreesOptions = {
  home: string
  git: Git
  book: WorktreeBook
  pool: Pool
  conversations: ConversationStore
  moved: MovedWorktrees
  /** Where worktrees are made; null: beside their repository. */
  folder: () => string | null
  environment: SetupRunsOptions['environment']
  log: Log
}

/** Whether what git ignores goes with a worktree. */
export type Ignored = 'keep' | 'remove'

/** Worktrees that instances work in: made with them, looked at, merged, removed, and made again. */
export class Worktrees {
  readonly #options: WorktreesOptions
  readonly #git: RepoGit
  readonly #look: WorktreeLook
  readonly #maker: WorktreeMaker
  readonly #setups: SetupRuns
  /** What changes a repository is done one after the other. */
  readonly #inOrder = new InOrder()
  readonly #ready: Promise<void>

  /** What a crash left half made is taken away beside the start. */
  constructor(options: WorktreesOptions) {
    const { home, book, log, environment, pool, conversations, folder } = options
    const { instances } = pool
    this.#options = options
    this.#git = new RepoGit(options.git)
    this.#look = new WorktreeLook({ git: this.#git, book, instances, conversations })
    this.#maker = new WorktreeMaker({ git: this.#git, book, instances, folder, log })
    this.#setups = new SetupRuns({ home, book, log, environment, onChange: (id) => instances.changed(id) })
    this.#ready = this.#recover()
  }

  /** Resolves when what the last run left is in order. Never rejects. */
  get ready(): Promise<void> {
    return this.#ready
  }

  async close(): Promise<void> {
    await this.#ready
    await this.#setups.close()
  }

  /**
   * Makes a worktree and an instance that works in it; both, or nothing. The set-up runs on beside, and the process starts after it. Throws what
   * makes no instance, GIT_MISSING, BAD_REQUEST at `worktree.…`, STATE_CONFLICT.
   */
  async create({ worktree, ...input }: NewInstance & { worktree: WorktreeRequest }): Promise<Instance> {
    await this.#ready
    await this.#git.required()
    checkCopied(worktree.copy)
    const { instances } = this.#options.pool
    const cwd = await instances.check(input)
    const { main } = await repositoryAt(this.#git, cwd)
    const { entry, instance } = await this.#inOrder.run(main, () => this.#maker.make({ ...input, cwd }, worktree))
    if (worktree.setup !== undefined) await this.#runSetup(entry, worktree.setup, input.start)
    instances.changed(instance.id)
    return instances.get(instance.id)
  }

  /** Throws NOT_FOUND for an instance that works in no worktree. */
  async state(instanceId: string): Promise<WorktreeState> {
    await this.#ready
    await this.#follow(this.#options.pool.instances.get(instanceId).cwd)
    return this.#look.state(instanceId)
  }

  /** Merges its branch into the base, where that is safe. Throws STATE_CONFLICT with what to do before. */
  async merge(instanceId: string): Promise<WorktreeState> {
    const { repository } = await this.#look.factsOf(instanceId)
    return this.#inOrder.run(repository, async () => {
      const facts = await this.#look.factsOf(instanceId)
      const place = await mergePlace(this.#git, facts, this.#look.workers())
      if (place.why !== null) throw conflict(place.why, { conflicts: facts.conflicts.items })
      await mergeInto(this.#git, place.target, place.branch, facts.base ?? 'HEAD')
      return this.state(instanceId)
    })
  }

  /** Throws STATE_CONFLICT with what to do before, GIT_FAILED with what git, gh or glab said. */
  async pullRequest(instanceId: string, wish: PullRequestWish): Promise<PullRequest> {
    const facts = await this.#look.factsOf(instanceId)
    const { env } = this.#options.pool.instances.get(instanceId)
    const environment = await this.#options.environment(env, 'none')
    return this.#inOrder.run(facts.repository, () => openPullRequest(this.#git, facts, wish, environment))
  }

  /** Ends the process and removes the worktree; its branch stays. Throws STATE_CONFLICT while anything would be lost, and names it. */
  async remove(instanceId: string, ignored: Ignored): Promise<WorktreeState> {
    const { instances } = this.#options.pool
    const { repository } = await this.#look.factsOf(instanceId)
    return this.#inOrder.run(repository, async () => {
      await this.#takeAway(await this.#emptied(instanceId, ignored))
      instances.changed(instanceId)
      return this.state(instanceId)
    })
  }

  /** Removes an instance, and its worktree where that is wanted and nothing would be lost; else neither. */
  async removeInstance(instanceId: string, fate: 'keep' | 'remove', ignored: Ignored): Promise<void> {
    const { pool, book } = this.#options
    const entry = book.ofInstance(instanceId, pool.instances.get(instanceId).cwd)
    if (fate === 'keep') {
      if (entry && this.#setups.isRunning(entry.id)) await this.#setups.stop(entry.id)
      return pool.instances.remove(instanceId)
    }
    const { repository } = await this.#look.factsOf(instanceId)
    return this.#inOrder.run(repository, async () => {
      pool.instances.checkRemovable(instanceId)
      await this.#takeAway(await this.#emptied(instanceId, ignored))
      await pool.instances.remove(instanceId)
    })
  }

  /** Makes the worktree of an instance again where it was, from its branch. Throws STATE_CONFLICT with what to do. */
  async restore(instanceId: string): Promise<WorktreeState> {
    const { instances } = this.#options.pool
    await this.#restoreAt(instances.get(instanceId).cwd)
    const { state, error } = instances.get(instanceId)
    if (state === 'failed' && error?.code === 'FOLDER_MISSING') await instances.restart(instanceId)
    return this.state(instanceId)
  }

  /** The worktree that a conversation works in; null: its folder is none. Throws NOT_FOUND. */
  async ofConversation(conversationId: string): Promise<WorktreeState | null> {
    await this.#ready
    const folder = this.#look.folderOf(conversationId)
    if (folder !== null) await this.#follow(folder)
    return this.#look.ofConversation(conversationId)
  }

  async restoreForConversation(conversationId: string): Promise<WorktreeState> {
    const folder = this.#look.folderOf(conversationId)
    if (folder === null) throw conflict('This conversation has no folder yet. Choose an instance for it first.')
    await this.#restoreAt(folder)
    const state = await this.ofConversation(conversationId)
    if (state === null) throw conflict('The worktree was created, but git does not find it. Choose another folder.')
    return state
  }

  /** Runs the set-up again, or another one. Throws STATE_CONFLICT while it runs, and where there is none. */
  async setUp(instanceId: string, command: string | undefined): Promise<Instance> {
    const entry = this.#look.entryOf(instanceId)
    const line = command ?? entry.setup?.command
    if (line === undefined) throw conflict('This worktree has no setup command. Give one.')
    await this.#runSetup(entry, line)
    return this.#options.pool.instances.get(instanceId)
  }

  /** What waits for the set-up is sent without it. Throws STATE_CONFLICT while it runs. */
  async skipSetup(instanceId: string): Promise<Instance> {
    const { pool, book } = this.#options
    const { id } = this.#look.entryOf(instanceId)
    if (this.#setups.isRunning(id)) throw conflict('Setup is running. Stop it first, then skip it.')
    await book.change(id, { isReady: true })
    pool.goOn()
    pool.instances.changed(instanceId)
    return pool.instances.get(instanceId)
  }

  async stopSetup(instanceId: string): Promise<Instance> {
    await this.#setups.stop(this.#look.entryOf(instanceId).id)
    return this.#options.pool.instances.get(instanceId)
  }

  setupOutput(instanceId: string): Promise<string> {
    return this.#setups.output(this.#look.entryOf(instanceId))
  }

  /** What a folder is to git, before a worktree is made from it. */
  repository(asked: { cwd: string; name: string; branch?: string | undefined }): Promise<RepositoryFacts> {
    return repositoryFacts(this.#git, { ...asked, folder: this.#options.folder(), workers: this.#look.workers() })
  }

  /** Runs it in the folder of the instance; `start`: the process starts when it has done well. */
  async #runSetup(entry: Entry, command: string, start = false): Promise<void> {
    const { pool, log } = this.#options
    const { cwd, env } = pool.instances.get(entry.instanceId)
    const { done } = await this.#setups.run(entry, { command, cwd, env })
    void done
      .then(async (isDone) => {
        pool.goOn()
        if (start && isDone && pool.instances.has(entry.instanceId)) await pool.instances.start(entry.instanceId)
      })
      .catch((err: unknown) => log.warn({ err, path: entry.path }, 'the end of a set-up could not be kept'))
  }

  /** Whoever works there goes along if it was moved. */
  async #follow(folder: string): Promise<void> {
    const { settled } = await this.#options.moved.follow(folder)
    await settled
  }

  async #recover(): Promise<void> {
    try {
      await this.#setups.recover()
      this.#options.pool.goOn()
      await this.#maker.recover()
      for (const { path } of this.#options.book.all()) await this.#follow(path)
    } catch (err) {
      this.#options.log.warn({ err }, 'worktrees of the last run could not be looked at')
    }
  }

  async #restoreAt(folder: string): Promise<void> {
    await this.#ready
    const { book, pool } = this.#options
    const entry = book.at(folder)
    const lost: Lost | null = entry ?? (await lostWorktree(this.#git, folder))
    if (lost === null) throw conflict(`${folder} is not a worktree that can be created again. Choose another folder.`)
    await this.#inOrder.run(lost.repository, () => restoreWorktree(this.#git, lost, entry?.copy ?? []))
    if (!entry) return
    await book.restored(entry.id)
    if (!pool.instances.has(entry.instanceId)) return
    pool.instances.changed(entry.instanceId)
    if (entry.setup !== null) await this.#runSetup(entry, entry.setup.command)
  }

  /** What may be removed now. Throws STATE_CONFLICT that names what would be lost. */
  async #removable(instanceId: string, ignored: Ignored): Promise<Entry> {
    const { uncommitted, unsaved, ignored: kept, cannotRemove, path } = await this.#look.state(instanceId)
    if (cannotRemove !== null) throw conflict(cannotRemove, { uncommitted: uncommitted.items, unsaved: unsaved.items })
    const entry = this.#options.book.at(path)
    if (!entry) throw conflict('This worktree is not known any more. Reload the page.')
    if (kept.total === 0 || ignored === 'remove') return entry
    const more = kept.total > 10 ? ` and ${kept.total - 10} more` : ''
    const names = kept.items.slice(0, 10).join(', ')
    throw conflict(`Files that git ignores would go too: ${names}${more}. Send ignored: "remove" if they may.`, { ignored: kept.items })
  }

  /** The same once nothing of ours runs in it any more: what that wrote when it ended counts too. */
  async #emptied(instanceId: string, ignored: Ignored): Promise<Entry> {
    const entry = await this.#removable(instanceId, ignored)
    this.#atRest(instanceId)
    if (this.#setups.isRunning(entry.id)) await this.#setups.stop(entry.id)
    await this.#options.pool.instances.stop(instanceId)
    return this.#removable(instanceId, ignored)
  }

  /** Throws STATE_CONFLICT while a turn runs or something is in the background. */
  #atRest(instanceId: string): void {
    const { name, state, background } = this.#options.pool.instances.get(instanceId)
    if (state === 'busy' || background.length > 0) throw conflict(`${name} is working. Stop its turn and background tasks first.`)
  }

  async #takeAway(entry: Entry): Promise<void> {
    const repository = await findRepository(this.#git, entry.repository)
    if (repository?.worktrees.some(({ path }) => path === entry.path)) await removeWorktree(this.#git, entry.repository, entry.path)
    await this.#options.book.change(entry.id, { removedAt: new Date().toISOString() })
    await this.#setups.forget(entry.id)
  }
}

function conflict(message: string, data: Record<string, unknown> = {}): AppError {
  return new AppError('STATE_CONFLICT', message, { data })
}
