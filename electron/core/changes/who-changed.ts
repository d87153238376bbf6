import type { TreePath } from '../../../shared/domain/changes.ts'
import { zeroFields } from '../git/fields.ts'
import type { Git, GitRun } from '../git/git.ts'
import { toTreePath } from '../git/tree-path.ts'
import type { FolderSnapshots, Snapshot } from '../snapshots/snapshot.ts'
import { attribution, intervalsOf, type ChangedBy, type Interval, type Worked } from './attribution.ts'
import { Memo } from './memo.ts'

/** Who changed the paths of a folder from one snapshot to another. What was looked up once is kept for the next time. */
export class WhoChanged {
  readonly #git: Git
  readonly #snapshots: FolderSnapshots
  readonly #known = new Memo<readonly TreePath[]>(5_000)

  constructor(git: Git, snapshots: FolderSnapshots) {
    this.#git = git
    this.#snapshots = snapshots
  }

  async between(folder: string, from: Snapshot, now: Snapshot, conversationId: string): Promise<Map<TreePath, ChangedBy>> {
    const all = await this.#snapshots.of(folder)
    const between = all.filter(({ seq }) => seq >= from.seq && seq <= now.seq)
    const intervals = intervalsOf(between, now)
    const paths = await this.#pathsOf(folder, intervals)
    const worked = intervals.map(({ working }, place): Worked => {
      return { working, changes: (paths[place] ?? []).map((path) => ({ path, old: null, new: null })) }
    })
    return attribution(worked, conversationId)
  }

  /** One process for all that are not known. */
  async #pathsOf(folder: string, intervals: readonly Interval[]): Promise<(readonly TreePath[])[]> {
    const asked: { pair: string; answer: (paths: readonly TreePath[]) => void; fail: (thrown: unknown) => void }[] = []
    const paths = intervals.map(({ from, to }) => {
      const pair = `${from} ${to}`
      return this.#known.get(`${folder} ${pair}`, () => {
        const { promise, resolve, reject } = Promise.withResolvers<readonly TreePath[]>()
        asked.push({ pair, answer: resolve, fail: reject })
        return promise
      })
    })
    if (asked.length > 0) {
      try {
        const found = await changedPaths(
          this.#git,
          await this.#snapshots.gitOf(folder),
          asked.map(({ pair }) => pair),
        )
        for (const [place, { answer }] of asked.entries()) answer(found[place] ?? [])
      } catch (thrown) {
        for (const { fail } of asked) fail(thrown)
      }
    }
    return Promise.all(paths)
  }
}

/** The paths that differ, for each pair of trees (`from to`), in their order. */
async function changedPaths(git: Git, at: Pick<GitRun, 'gitDir' | 'purpose'>, pairs: readonly string[]): Promise<TreePath[][]> {
  const output = await git.output(['diff-tree', '--stdin', '-r', '-z', '--name-only', '--no-renames'], {
    ...at,
    stdin: Buffer.from(`${pairs.join('\n')}\n`),
  })
  const found: TreePath[][] = []
  for (let field of zeroFields(output)) {
    // Each pair is said again before its paths; one without paths stands right before the next.
    for (;;) {
      const next = pairs[found.length]
      if (next === undefined || field.toString('latin1', 0, next.length + 1) !== `${next}\n`) break
      found.push([])
      field = field.subarray(next.length + 1)
    }
    if (field.length > 0) found.at(-1)?.push(toTreePath(field))
  }
  return found
}
