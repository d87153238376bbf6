import type { TreePath } from '../../../shared/domain/changes.ts'
import type { Git } from '../git/git.ts'
import type { Repository } from '../git/repository.ts'
import { compare, type Comparison } from './comparison.ts'
import { WorkIndex, type HeadView } from './head-view.ts'

export type HeadComparison = Comparison & { view: HeadView }

/** Repositories that are looked at most lately. */
const mostKept = 20

/** The files of repositories, compared with their last commits. Those who ask at once share the look. */
export class HeadComparisons {
  readonly #git: Git
  readonly #home: string
  readonly #indexes = new Map<string, WorkIndex>()
  readonly #waiting = new Map<string, Promise<HeadComparison>>()

  /** `home`: a folder for what is looked at; it is not needed after a restart. */
  constructor(git: Git, home: string) {
    this.#git = git
    this.#home = home
  }

  /** As they are now. */
  of(repository: Repository, whitespace: boolean): Promise<HeadComparison> {
    const key = keyOf(repository, whitespace)
    const begun = this.#waiting.get(key)
    if (begun !== undefined) return begun
    const index = this.#indexOf(repository)
    // It waits for its turn: whoever asks until then has the same answer.
    const looking = index.view(whitespace, () => this.#waiting.delete(key)).then((view) => this.#compare(view, whitespace))
    this.#waiting.set(key, looking)
    looking.catch(() => this.#waiting.delete(key))
    return looking
  }

  /** Whether a file and the commit are still as they were compared. */
  isSame(repository: Repository, { view }: HeadComparison, path: TreePath): Promise<boolean> {
    return this.#indexOf(repository).isSame(view, path)
  }

  async #compare(view: HeadView, whitespace: boolean): Promise<HeadComparison> {
    return { files: await compare(this.#git, view.at, view.records, whitespace), at: view.at, view }
  }

  #indexOf(repository: Repository): WorkIndex {
    const key = repository.root ?? repository.gitDir
    const known = this.#indexes.get(key)
    const index = known ?? new WorkIndex(this.#git, repository, this.#home)
    this.#indexes.delete(key)
    this.#indexes.set(key, index)
    for (const oldest of this.#indexes.keys()) if (this.#indexes.size > mostKept) this.#indexes.delete(oldest)
    return index
  }
}

function keyOf({ root, gitDir }: Repository, whitespace: boolean): string {
  return `${whitespace} ${root ?? gitDir}`
}
