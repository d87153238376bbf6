import { access } from 'node:fs/promises'
import { join } from 'node:path'
import type { z } from 'zod'
import type { gitOperationSchema } from '../../../shared/domain/changes.ts'

export type GitOperation = z.infer<typeof gitOperationSchema>

/** What git keeps of an operation until it is ended. `rebase-apply` is a rebase too, unless it says that it applies mails. */
const marks: readonly [string, GitOperation][] = [
  ['rebase-merge', 'rebase'],
  ['rebase-apply/applying', 'am'],
  ['rebase-apply', 'rebase'],
  ['MERGE_HEAD', 'merge'],
  ['CHERRY_PICK_HEAD', 'cherry-pick'],
  ['REVERT_HEAD', 'revert'],
  ['BISECT_LOG', 'bisect'],
]

/** What is in progress in the worktree with this git directory; null: nothing. */
export async function operationIn(gitDir: string): Promise<GitOperation | null> {
  for (const [name, operation] of marks) if (await isThere(join(gitDir, name))) return operation
  return null
}

/** How it is called in a sentence: “a rebase is in progress”. */
export function operationWords(operation: GitOperation): string {
  return operation === 'am' ? 'git am is in progress' : `a ${operation} is in progress`
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
