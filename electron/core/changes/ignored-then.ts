import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TreePath } from '../../../shared/domain/changes.ts'
import { zeroFields, zeroLines } from '../git/fields.ts'
import type { Git } from '../git/git.ts'
import { repositoryOf } from '../git/repository.ts'
import { diskPath, fromTreePath, isKeptByGit, toTreePath } from '../git/tree-path.ts'
import type { FolderSnapshots } from '../snapshots/snapshot.ts'
import { parentOf } from './step-files.ts'

const rulesName = '.gitignore'

/**
 * Which of these paths git ignored as a folder was then, by the rules of its own tree and those of the user's of today. A file that was ignored is in
 * no snapshot of then, though it was there: it must not be taken for one that came since.
 */
export async function ignoredThen(
  { git, snapshots }: { git: Git; snapshots: Pick<FolderSnapshots, 'gitOf' | 'read'> },
  folder: string,
  tree: string,
  paths: readonly TreePath[],
): Promise<ReadonlySet<TreePath>> {
  if (paths.length === 0) return new Set()
  const then = await mkdtemp(join(tmpdir(), 'bullpen-rules-'))
  try {
    const store = await snapshots.gitOf(folder)
    const listed = await git.output(['ls-tree', '-r', '-z', tree], store)
    for (const { path, object } of zeroFields(listed).flatMap((field) => rulesIn(field))) {
      const place = diskPath(then, path)
      await mkdir(parentOf(place), { recursive: true })
      await writeFile(place, await snapshots.read(folder, object))
    }
    const gitDir = (await repositoryOf(folder))?.gitDir ?? store.gitDir
    const stdin = zeroLines(paths.map((path) => fromTreePath(path)))
    const { stdout } = await git.run(['check-ignore', '--no-index', '-z', '--stdin'], {
      ...(gitDir === undefined ? {} : { gitDir }),
      workTree: then,
      cwd: then,
      stdin,
    })
    return new Set(zeroFields(stdout).map((field) => toTreePath(field)))
  } finally {
    await rm(then, { recursive: true, force: true })
  }
}

/** `mode type object \t path`, of a file of rules. */
function rulesIn(field: Buffer): { path: TreePath; object: string }[] {
  const tab = field.indexOf(0x09)
  const [mode, , object] = field.toString('latin1', 0, tab).split(' ')
  const bytes = field.subarray(tab + 1)
  const isRules = bytes.toString('latin1') === rulesName || bytes.subarray(-rulesName.length - 1).toString('latin1') === `/${rulesName}`
  return isRules && isKeptByGit(bytes) && object !== undefined && mode?.startsWith('100') ? [{ path: toTreePath(bytes), object }] : []
}
