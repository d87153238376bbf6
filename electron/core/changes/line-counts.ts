import type { TreePath } from '../../../shared/domain/changes.ts'
import type { Git } from '../git/git.ts'
import { toTreePath } from '../git/tree-path.ts'
import { zeroFields } from '../git/fields.ts'
import type { FolderSnapshots } from '../snapshots/snapshot.ts'

/** Lines that come and go; null where there are none to count. */
export type LineCount = { added: number | null; removed: number | null }

/** Lines of each file that differs between two trees. Where git cannot say, none is counted. */
export async function lineCounts(
  { git, snapshots }: { git: Git; snapshots: Pick<FolderSnapshots, 'gitOf'> },
  folder: string,
  from: string,
  to: string,
): Promise<ReadonlyMap<TreePath, LineCount>> {
  if (from === to) return new Map()
  const args = ['diff-tree', '-r', '-z', '--numstat', '--no-renames', '--no-ext-diff', '--no-textconv', from, to]
  const result = await git.run(args, await snapshots.gitOf(folder)).catch(() => null)
  if (result === null || result.code !== 0) return new Map()
  return new Map(zeroFields(result.stdout).flatMap((field) => countOf(field)))
}

/** `added \t removed \t path`; binary files have `-` for both. */
function countOf(field: Buffer): [TreePath, LineCount][] {
  const [first = -1, second = -1] = tabsIn(field)
  if (first < 0 || second < 0) return []
  const number = (text: string) => (/^\d+$/.test(text) ? Number(text) : null)
  const added = number(field.toString('latin1', 0, first))
  const removed = number(field.toString('latin1', first + 1, second))
  return [[toTreePath(field.subarray(second + 1)), { added, removed }]]
}

function tabsIn(field: Buffer): number[] {
  const first = field.indexOf(0x09)
  return [first, field.indexOf(0x09, first + 1)]
}
