import { useEffect, useRef } from 'react'
import type { ChangedFile } from '../../../shared/domain/changes.ts'
import { firstMatch } from './first-match.ts'
import type { SearchState } from './use-search.ts'

/** Opens the first file that has a match once a search is over, where the one that is open has none. What is opened afterwards stays. */
export function useFirstMatch(
  found: SearchState,
  ordered: readonly ChangedFile[],
  path: string | undefined,
  open: (path: string) => void,
): void {
  const seen = useRef<SearchState>(found)
  useEffect(() => {
    if (seen.current === found) return
    seen.current = found
    const first = firstMatch(found, ordered, path)
    if (first !== null) open(first)
  }, [found, ordered, path, open])
}
