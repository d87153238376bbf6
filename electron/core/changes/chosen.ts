import { AppError } from '../../../shared/app-error.ts'
import type { ChosenFile } from '../../../shared/domain/changes.ts'
import type { ComparedFile } from './comparison.ts'
import type { PatchHunk } from './patch.ts'
import { changedLines, type ChosenLines } from './pick-lines.ts'

/** A file and what was chosen of it; null: all of it. */
export type Picked = { file: ComparedFile; lines: ChosenLines | null }

/** What was chosen, as it is now. Throws STATE_CONFLICT where a file is not what it was when it was chosen, BAD_REQUEST where one stands twice. */
export function pick(files: readonly ComparedFile[], chosen: readonly ChosenFile[]): Picked[] {
  const byPath = new Map(files.map((file) => [file.path, file]))
  if (new Set(chosen.map(({ path }) => path)).size < chosen.length)
    throw new AppError('BAD_REQUEST', 'A file was chosen twice. Name each file once, with all of its lines.', { data: { field: 'files' } })
  return chosen.map(({ path, version, lines }) => {
    const file = byPath.get(path)
    if (file?.version !== version) {
      const message = `“${path.slice(0, 300)}” has changed since you looked at it. Reload the changes and choose again.`
      throw new AppError('STATE_CONFLICT', message, { data: { path } })
    }
    if (lines === undefined) return { file, lines: null }
    if (lines.removed.length + lines.added.length === 0)
      throw new AppError('BAD_REQUEST', `Choose at least one line of “${path.slice(0, 300)}”, or leave out its lines to choose all of it.`)
    if (file.content !== 'text')
      throw new AppError('BAD_REQUEST', `“${path.slice(0, 300)}” isn’t text, so it can only be selected as a whole.`)
    return { file, lines }
  })
}

/** Whether lines are all that differ: then the whole file is meant, also that it came or went. */
export function isAll(hunks: readonly PatchHunk[], { removed, added }: ChosenLines): boolean {
  const all = changedLines(hunks)
  return new Set(removed).size === all.removed.size && new Set(added).size === all.added.size
}
