import type { TreePath } from '../../../shared/domain/changes.ts'
import type { KeptReason, RewindAction } from '../../../shared/domain/rewind.ts'
import type { TreeEntry } from '../snapshots/snapshot.ts'

/**
 * Who may read, write and run a file, before and after, where that is not as for any new file. Without `to` it stays as it is; `usual`: it is to be as
 * for a new one.
 */
export type StepModes = { from?: number | undefined; to?: number | 'usual' | undefined }

/** One file that becomes another one; null: there is none. */
export type FileStep = { path: TreePath; from: TreeEntry | null; to: TreeEntry | null; modes?: StepModes | undefined }

/** What became of a step: `done` also where the file was so already. */
export type StepResult = 'done' | KeptReason

export const linkMode = '120000'
export const repositoryMode = '160000'

export function isSameEntry(a: TreeEntry | null, b: TreeEntry | null): boolean {
  return a === null || b === null ? a === b : a.object === b.object && a.mode === b.mode
}

/** Whether nothing but the mode of a file changes. */
export function isModeOnly({ from, to }: FileStep): boolean {
  return from !== null && to !== null && from.object === to.object && isFile(from) && isFile(to)
}

export function isFile({ mode }: TreeEntry): boolean {
  return mode !== linkMode && mode !== repositoryMode
}

export function actionOf(step: FileStep): RewindAction {
  if (step.from === null) return 'create'
  if (step.to === null) return 'delete'
  return isModeOnly(step) ? 'mode' : 'change'
}
