import type { ChangedFile } from '../../../shared/domain/changes.ts'
import type { SearchState } from './use-search.ts'

/** The file that a search which is over leads to; null: the one that is open has matches, there are none, or nothing is searched for. */
export function firstMatch({ counts, done, of }: SearchState, ordered: readonly ChangedFile[], path: string | undefined): string | null {
  if (counts === null || done < of || (path !== undefined && counts.has(path))) return null
  return ordered.find((file) => counts.has(file.path))?.path ?? null
}
