import { stat } from 'node:fs/promises'
import { AppError } from '../../../shared/app-error.ts'
import type { WorktreeState } from '../../../shared/domain/worktree.ts'
import type { ConversationStore } from '../conversations/conversation-store.ts'
import type { InstanceRoster } from '../pool/instance-roster.ts'
import { concluded, type Worker } from './hindrances.ts'
import { lostWorktree } from './lost-worktree.ts'
import { isWithin } from './places.ts'
import { readFacts, type GitFacts } from './read-state.ts'
import type { RepoGit } from './repo-git.ts'
import { findRepository } from './repository.ts'
import type { Entry, WorktreeBook } from './worktree-book.ts'

export type LookDeps = {
  git: RepoGit
  book: WorktreeBook
  instances: Pick<InstanceRoster, 'get' | 'has' | 'list'>
  conversations: Pick<ConversationStore, 'get'>
}

/** Which worktree somebody works in, and how it is. Changes nothing. */
export class WorktreeLook {
  readonly #deps: LookDeps

  constructor(deps: LookDeps) {
    this.#deps = deps
  }

  /** Throws NOT_FOUND for an instance that works in no worktree. */
  async state(instanceId: string): Promise<WorktreeState> {
    return this.#concluded(await this.factsOf(instanceId), instanceId)
  }

  async factsOf(instanceId: string): Promise<GitFacts> {
    const { name, cwd } = this.#deps.instances.get(instanceId)
    const entry = this.#deps.book.ofInstance(instanceId, cwd)
    const facts = entry ? await this.#recorded(entry) : await this.#factsAt(cwd)
    if (facts === null) throw notOne(name)
    return facts
  }

  /** What is kept of the worktree of an instance. Throws NOT_FOUND. */
  entryOf(instanceId: string): Entry {
    const { name, cwd } = this.#deps.instances.get(instanceId)
    const entry = this.#deps.book.ofInstance(instanceId, cwd)
    if (!entry) throw notOne(name)
    return entry
  }

  /** The worktree that a conversation works in; null: its folder is none. Throws NOT_FOUND. */
  async ofConversation(conversationId: string): Promise<WorktreeState | null> {
    const folder = this.folderOf(conversationId)
    const facts = folder === null ? null : await this.#factsAt(folder)
    return facts === null ? null : this.#concluded(facts, this.#deps.conversations.get(conversationId).instanceId)
  }

  /** Where a conversation works; null: that is not known yet. */
  folderOf(conversationId: string): string | null {
    const { conversations, instances } = this.#deps
    const { cwd, instanceId } = conversations.get(conversationId)
    return cwd ?? (instanceId !== null && instances.has(instanceId) ? instances.get(instanceId).cwd : null)
  }

  workers(): Worker[] {
    return this.#deps.instances.list().map(({ id, name, cwd, state }) => ({ id, name, cwd, isBusy: state === 'busy' }))
  }

  /** The worktree at a folder; null: it is in none, but in a main folder or in no repository. */
  async #factsAt(folder: string): Promise<GitFacts | null> {
    const { book, git } = this.#deps
    const entry = book.at(folder)
    if (entry) return this.#recorded(entry)
    const lost = await lostWorktree(git, folder)
    if (lost !== null) {
      const { path, repository, branch } = lost
      return { ...(await readFacts(git, { path, record: null })), repository, branch }
    }
    if ((await stat(folder).catch(() => null)) === null) return null
    const found = await findRepository(git, folder)
    if (found === null || found.root === null || (await isWithin(found.main, found.root))) return null
    return readFacts(git, { path: found.root, record: null })
  }

  #recorded(entry: Entry): Promise<GitFacts> {
    return readFacts(this.#deps.git, { path: entry.path, record: this.#deps.book.view(entry) })
  }

  #concluded(facts: GitFacts, own: string | null): Promise<WorktreeState> {
    return concluded(this.#deps.git, facts, this.workers(), own)
  }
}

function notOne(name: string): AppError {
  return new AppError('NOT_FOUND', `${name} does not work in a worktree of its own. Create an instance with worktree to get one.`)
}
