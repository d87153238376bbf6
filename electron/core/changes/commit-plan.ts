import { AppError } from '../../../shared/app-error.ts'
import type { Git } from '../git/git.ts'
import { isAll, type Picked } from './chosen.ts'
import type { CommitChange } from './commit.ts'
import type { ComparedFile } from './comparison.ts'
import { patchOf } from './file-patch.ts'
import { readObjects, type ObjectsAt } from './objects.ts'
import { withChosen } from './pick-lines.ts'

type Plan = {
  /** How the chosen files were compared. */
  at: ObjectsAt
  whitespace: boolean
  /** What differs from the last commit, and how that is reached. */
  head: { files: readonly ComparedFile[]; at: ObjectsAt }
}

/**
 * What a commit has to change. Whole files are committed as they are now. Lines are put into what the last commit has of their file: they have to be
 * chosen from a difference to that. Throws BAD_REQUEST and STATE_CONFLICT.
 */
export async function planCommit(git: Git, { at, whitespace, head }: Plan, picked: readonly Picked[]): Promise<CommitChange> {
  const change = { whole: [] as string[], partial: [] as CommitChange['partial'][number][] }
  const byPath = new Map(head.files.map((file) => [file.path, file]))
  for (const { file, lines } of picked) {
    const { path, from } = file
    if (lines === null) {
      change.whole.push(path, ...(from === undefined ? [] : [from]))
      continue
    }
    const own = byPath.get(path)
    if (own === undefined) continue
    if (!(await isSameBase(git, { at, file }, { at: head.at, file: own })))
      throw new AppError(
        'STATE_CONFLICT',
        `“${path.slice(0, 300)}” was committed in a different version since then. Compare with the last commit to commit single lines.`,
        { data: { path } },
      )
    const { old, new: now, hunks } = await patchOf(git, head.at, own, { context: 0, whitespace })
    if (isAll(hunks, lines)) change.whole.push(path, ...(own.from === undefined ? [] : [own.from]))
    else {
      const mode = (own.new ?? own.old)?.mode ?? '100644'
      change.partial.push({ path, mode, bytes: withChosen(old, now, hunks, lines) })
      if (own.from !== undefined) change.partial.push({ path: own.from, mode, bytes: null })
    }
  }
  return change
}

type Side = { at: ObjectsAt; file: ComparedFile }

/** Whether both begin with the same text, whatever its line ends: then lines have the same numbers. */
async function isSameBase(git: Git, one: Side, other: Side): Promise<boolean> {
  if (one.file === other.file) return true
  const [a, b] = await Promise.all(
    [one, other].map(async ({ at, file: { old } }) =>
      old === null ? null : ((await readObjects(git, at, [old.object])).get(old.object) ?? null),
    ),
  )
  if (!a || !b) return a === b
  return withoutReturns(a) === withoutReturns(b)
}

function withoutReturns(bytes: Buffer): string {
  return bytes.toString('latin1').replaceAll('\r\n', '\n')
}
