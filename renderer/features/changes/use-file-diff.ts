import { useEffect, useMemo, useState } from 'react'
import type { ChangedFile, FileDiff } from '../../../shared/domain/changes.ts'
import { errorWords } from '../../words/error-words.ts'
import { readingOf, type DiffQuery } from './file-diffs.ts'

type State = { query: DiffQuery; diff: FileDiff | null; problem: string | null }

/**
 * The difference of a file. Where the file has changed, what was shown stays until the newer is there. With `early` the beginning of a long one is
 * there before the rest, see its `nextLine`.
 */
export function useFileDiff(
  id: string,
  against: string,
  whitespace: boolean,
  { path, version }: ChangedFile,
  early: boolean,
): { query: DiffQuery; diff: FileDiff | null; problem: string | null; again: () => void } {
  const [state, setState] = useState<State | null>(null)
  const [tries, setTries] = useState(0)
  const query = useMemo((): DiffQuery => ({ id, against, whitespace, file: { path, version } }), [id, against, whitespace, path, version])
  useEffect(() => {
    let active = true
    const { begin, whole } = readingOf(query)
    if (early)
      begin.then(
        (diff) =>
          active &&
          setState((shown) =>
            shown !== null && shown.diff !== null && isSameFile(shown.query, query) ? shown : { query, diff, problem: null },
          ),
        // It is told with the whole.
        () => undefined,
      )
    whole.then(
      (diff) => active && setState({ query, diff, problem: null }),
      (thrown: unknown) => active && setState({ query, diff: null, problem: errorWords(thrown) }),
    )
    return () => {
      active = false
    }
  }, [query, tries, early])
  const shown = state !== null && isSameFile(state.query, query) ? state : null
  return { query: shown?.query ?? query, diff: shown?.diff ?? null, problem: shown?.problem ?? null, again: () => setTries(tries + 1) }
}

function isSameFile(one: DiffQuery, other: DiffQuery): boolean {
  return one.id === other.id && one.against === other.against && one.whitespace === other.whitespace && one.file.path === other.file.path
}
