import { AppError, toAppError } from '../../../shared/app-error.ts'
import type { Git } from '../git/git.ts'
import { repositoryOf } from '../git/repository.ts'
import type { Source } from './files-source.ts'
import type { FolderWatches } from './folder-watches.ts'
import { branchHead, newsBetween, type GitMark, type GitOn } from './git-news.ts'
import type { Mark } from './journal-entry.ts'
import type { Payload } from './payload.ts'

export type GitSourceOptions = {
  on: GitOn
  git: Git
  watches: FolderWatches
  /** What was seen last; null: nothing yet, and what is there now is nothing new. */
  mark: Mark | null
  /** New commits. The mark counts once this has resolved. `isMissed`: they came before this began to look. */
  onCommits: (payload: Payload, seen: { mark: Mark; isMissed: boolean }) => Promise<void>
  /** Something else is there, but nothing new. */
  onSeen: (mark: Mark) => Promise<void>
  onTrouble: () => void
}

const settleMs = 50
/** Folders of a network tell nothing of changes that others make. */
const lookMs = 30_000

/** New commits on a branch, whoever makes them: also by packed refs, a fetch, a forced push. */
export class GitSource implements Source {
  readonly #options: GitSourceOptions
  #unwatch: (() => void) | null = null
  #mark: GitMark | null
  #timer: NodeJS.Timeout | null = null
  #looking: Promise<void> = Promise.resolve()
  #closed = false
  #isFirst = true
  #folderTrouble: string | null = null
  #branchTrouble: string | null = null

  constructor(options: GitSourceOptions) {
    this.#options = options
    const { branch, commit } = options.mark ?? {}
    this.#mark = branch === undefined || commit === undefined ? null : { branch, commit }
    this.#soon(0)
  }

  get trouble(): string | null {
    return this.#folderTrouble ?? this.#branchTrouble
  }

  async close(): Promise<void> {
    this.#closed = true
    if (this.#timer) clearTimeout(this.#timer)
    await this.#looking
    this.#unwatch?.()
  }

  #soon(ms: number): void {
    if (this.#closed) return
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#timer = null
      this.#looking = this.#looking.then(() => this.#look())
    }, ms).unref()
  }

  async #look(): Promise<void> {
    if (this.#closed) return
    try {
      await this.#watchOnce()
      if (this.#unwatch) await this.#compare()
    } catch (thrown) {
      this.#trouble('branch', toAppError(thrown).message)
    } finally {
      if (this.#timer === null) this.#soon(this.#unwatch ? lookMs : lookMs / 10)
    }
  }

  async #watchOnce(): Promise<void> {
    if (this.#unwatch || this.#closed) return
    const repository = await repositoryOf(this.#options.on.folder)
    if (!repository) {
      this.#trouble('folder', `${this.#options.on.folder} is in no git repository, or not there. It is looked at again by itself.`)
      return
    }
    this.#unwatch = this.#options.watches.watch(
      { kind: 'refs', folder: repository.commonDir },
      {
        onChange: () => this.#soon(settleMs),
        onReady: () => this.#soon(0),
        onTrouble: (message) => this.#trouble('folder', message),
      },
    )
  }

  async #compare(): Promise<void> {
    const { git, on, onCommits, onSeen } = this.#options
    const head = await branchHead(git, on)
    // Between two commits of a rebase there is no branch: what comes of it is seen at its end.
    if (head === 'detached') return
    if (head === null) {
      const name = on.branch === undefined ? 'The branch has no commit yet' : `There is no branch ${on.branch} in ${on.folder}`
      return this.#trouble('branch', `${name}. It fires once there is one.`)
    }
    this.#trouble('branch', null)
    const before = this.#mark
    if (before?.commit === head.commit && before.branch === head.branch) {
      this.#isFirst = false
      return
    }
    const isOther = before !== null && before.branch !== head.branch
    const news = before === null || isOther ? null : await newsBetween(git, { folder: on.folder, from: before.commit, to: head.commit })
    if (this.#closed) return
    const mark = { ...head }
    if (news === null || news.count === 0) await onSeen(mark)
    else await onCommits({ ...news, branch: head.branch, folder: on.folder }, { mark, isMissed: this.#isFirst })
    this.#isFirst = false
    this.#mark = head
  }

  #trouble(which: 'folder' | 'branch', message: string | null): void {
    const before = this.trouble
    if (which === 'folder') this.#folderTrouble = message
    else this.#branchTrouble = message
    if (this.trouble !== before) this.#options.onTrouble()
  }
}

/** Throws where a folder is no place to wait for commits. */
export async function requireRepository(folder: string): Promise<void> {
  if (await repositoryOf(folder)) return
  const message = `${folder} is in no git repository. Choose a folder of one, or run “git init” there.`
  throw new AppError('NOT_A_REPOSITORY', message, { data: { field: 'on.folder' } })
}
