import { AppError } from '../../../shared/app-error.ts'
import type { ChangedFile, TreePath, Uncovered } from '../../../shared/domain/changes.ts'
import { repositoryOf, type Repository } from '../git/repository.ts'
import type { Snapshot } from '../snapshots/snapshot.ts'
import type { ChangedBy } from './attribution.ts'
import { baseOf } from './base.ts'
import type { ChangesOptions } from './changes-options.ts'
import type { ComparedFile, Comparison } from './comparison.ts'
import { HeadComparisons } from './head-comparisons.ts'
import { SnapshotComparisons } from './snapshot-comparisons.ts'
import { WhoChanged } from './who-changed.ts'

/** How changes are looked at. `against`: `start`, `head` or `message:{id}`. */
export type Look = { against: string; whitespace: boolean }

type Place = Pick<Seen, 'folder' | 'repository'>

/** What differs, and from what. */
export type Seen = {
  folder: string
  repository: Repository | null
  since: string | null
  comparison: Comparison
  /** Who changed a path; null where nothing is known. */
  by: ReadonlyMap<TreePath, ChangedBy> | null
  /** What was seen and not compared. */
  left: readonly Uncovered[]
  /** The tree that has all that is covered now, and where it is; null where that is not known. */
  tree: { object: string; gitDir: string | undefined } | null
  note: string | null
  /** Whether a file is still as it was seen. */
  isSame: (file: ComparedFile) => Promise<boolean>
}

const mostKept = 20

/** Looks at folders: at how they are now, compared with how they were. */
export class Sight {
  readonly #options: ChangesOptions
  readonly #heads: HeadComparisons
  readonly #snapshots: SnapshotComparisons
  readonly #who: WhoChanged
  readonly #latest = new Map<string, Seen>()

  constructor(options: ChangesOptions) {
    this.#options = options
    this.#heads = new HeadComparisons(options.git, options.home)
    this.#snapshots = new SnapshotComparisons(options.git, options.snapshots)
    this.#who = new WhoChanged(options.git, options.snapshots)
  }

  /** The folder `cwd` of a conversation as it is now. Throws NOT_FOUND, GIT_MISSING and GIT_FAILED. */
  async see(id: string, cwd: string, look: Look): Promise<Seen> {
    const folder = await this.#options.snapshots.folderOf(cwd)
    const repository = await repositoryOf(cwd)
    const seen = await this.#look(id, { folder, repository }, look)
    const key = keyOf(id, cwd, look)
    this.#latest.delete(key)
    this.#latest.set(key, seen)
    for (const oldest of this.#latest.keys()) if (this.#latest.size > mostKept) this.#latest.delete(oldest)
    return seen
  }

  /** The same with the snapshot that holds how it is now: for whoever keeps the folder from changing. Who changed what is not looked up. Throws STATE_CONFLICT where nothing can be compared. */
  async seeAt(id: string, cwd: string, look: Look, now: Snapshot): Promise<Pick<Seen, 'folder' | 'comparison'>> {
    const { snapshots } = this.#options
    if (look.against === 'head') {
      const repository = await repositoryOf(cwd)
      const root = repository?.root ?? null
      if (repository === null || root === null)
        throw new AppError('NOT_A_REPOSITORY', 'This folder is not in a git repository, so there is no commit to go back to.')
      return { folder: root, comparison: await this.#heads.of(repository, look.whitespace) }
    }
    const folder = await snapshots.folderOf(cwd)
    const base = await baseOf(this.#options, id, folder, look.against)
    if (base.from === null) throw new AppError('STATE_CONFLICT', base.note)
    return { folder, comparison: await this.#snapshots.of(folder, base.from, now, look.whitespace) }
  }

  /** From one snapshot of a folder to a later one, and who changed what between them. */
  async between(id: string, folder: string, from: Snapshot, to: Snapshot): Promise<Pick<Seen, 'comparison' | 'by'>> {
    const [comparison, by] = await Promise.all([this.#snapshots.of(folder, from, to, true), this.#who.between(folder, from, to, id)])
    return { comparison, by }
  }

  /** What cannot be compared for a reason that the user can change is told, and is nothing. */
  async #look(id: string, place: Place, look: Look): Promise<Seen> {
    try {
      return look.against === 'head' ? await this.#seeHead(id, place, look) : await this.#seeSince(id, place, look)
    } catch (thrown) {
      if (thrown instanceof AppError && (thrown.code === 'UNAVAILABLE' || thrown.code === 'GIT_MISSING'))
        return nothing({ ...place, note: thrown.message })
      throw thrown
    }
  }

  /** What was seen last, where it has this file and the file is still the same: then nothing else has to be looked at to show it. */
  async still(id: string, cwd: string, look: Look, path: TreePath): Promise<Seen | null> {
    const seen = this.#latest.get(keyOf(id, cwd, look))
    const file = seen?.comparison.files.find((one) => one.path === path)
    return seen && file && (await seen.isSame(file)) ? seen : null
  }

  async #seeSince(id: string, { folder, repository }: Place, look: Look): Promise<Seen> {
    const { snapshots } = this.#options
    const base = await baseOf(this.#options, id, folder, look.against)
    if (base.from === null) return nothing({ folder, repository, note: base.note })
    const now = await this.#takeNow(folder)
    const [comparison, by, { gitDir }] = await Promise.all([
      this.#snapshots.of(folder, base.from, now, look.whitespace),
      this.#who.between(folder, base.from, now, id),
      snapshots.gitOf(folder),
    ])
    return {
      folder,
      repository,
      since: base.from.at,
      comparison,
      by,
      left: snapshots.uncovered(folder),
      tree: { object: now.tree, gitDir },
      note: base.note,
      isSame: (file) => this.#snapshots.isSame(folder, file),
    }
  }

  async #seeHead(id: string, { folder, repository }: Place, { whitespace }: Look): Promise<Seen> {
    if (repository === null)
      return nothing({ folder, repository, note: 'This folder is not in a git repository, so there is no commit to compare with.' })
    if (repository.root === null) return nothing({ folder, repository, note: 'This is a bare repository: it has no files to compare.' })
    const [comparison, whole] = await Promise.all([this.#heads.of(repository, whitespace), this.#sinceStart(id, folder)])
    const { head, since, left, note } = comparison.view
    return {
      folder: repository.root,
      repository,
      since,
      comparison,
      by: whole?.by ?? null,
      left,
      tree: whole?.tree ?? null,
      note: note ?? headNote(head, left),
      isSame: (file) => this.#heads.isSame(repository, comparison, file.path),
    }
  }

  /** Where snapshots say nothing it is null: they may be off, or the folder not covered. */
  async #sinceStart(id: string, folder: string): Promise<Pick<Seen, 'by' | 'tree'> | null> {
    try {
      const base = await baseOf(this.#options, id, folder, 'start')
      if (base.from === null) return null
      const now = await this.#takeNow(folder)
      const { gitDir } = await this.#options.snapshots.gitOf(folder)
      return { by: await this.#who.between(folder, base.from, now, id), tree: { object: now.tree, gitDir } }
    } catch (thrown) {
      if (thrown instanceof AppError && thrown.code !== 'INTERNAL') return null
      throw thrown
    }
  }

  #takeNow(folder: string): Promise<Snapshot> {
    return this.#options.snapshots.take(folder, { edge: 'seen', conversationId: null, turnId: null })
  }
}

function keyOf(id: string, cwd: string, { against, whitespace }: Look): string {
  return [id, against, whitespace, cwd].join('\n')
}

function nothing(known: Pick<Seen, 'folder' | 'repository' | 'note'>): Seen {
  const isSame = () => Promise.resolve(false)
  return { ...known, since: null, comparison: { files: [], at: {} }, by: null, left: [], tree: null, isSame }
}

function headNote(head: string | null, left: readonly Uncovered[]): string | null {
  if (head === null) return 'Nothing was committed yet, so all files are new.'
  const large = left.filter(({ reason }) => reason === 'large').length
  return large === 0 ? null : `${large === 1 ? 'One changed file is' : `${large} changed files are`} larger than 20 MB and not compared.`
}

/** A renamed file was changed by whoever changed either of its places. */
export function byOf({ by }: Pick<Seen, 'by'>, { path: own, from }: ComparedFile): ChangedFile['by'] {
  const here = by?.get(own) ?? 'others'
  const there = from === undefined ? here : (by?.get(from) ?? 'others')
  return here === there ? here : 'both'
}
