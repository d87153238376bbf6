import { useEffect } from 'react'
import { client } from '../../connection/connection.ts'
import { errorWords } from '../../words/error-words.ts'
import { toast } from '../../state/toasts.ts'
import { Button } from '../../ui/button.tsx'
import { formatCount } from '../../words/figures.ts'
import { loadStatus, pageSize, run, useSearch } from '../../state/search-store.ts'

const pollMs = 700

/** How far the index is, while that matters; what is found meanwhile is asked for again as it grows. */
export function SearchIndexLine() {
  const index = useSearch((state) => state.index)
  const state = index?.state ?? 'opening'
  useEffect(() => void loadStatus(), [])
  useEffect(() => {
    if (state === 'ready' || state === 'failed') return undefined
    const timer = setInterval(() => void refresh(), pollMs)
    return () => clearInterval(timer)
  }, [state])
  if (!index) return null
  if (index.problem !== null) {
    return (
      <p className="search-note search-error">
        {index.problem}
        <Button small onClick={() => void rebuild()}>
          Rebuild
        </Button>
      </p>
    )
  }
  if (state === 'ready') return null
  return (
    <output className="search-note search-progress">
      <span>{wordsFor(state, index.rebuilt)}</span>
      {index.total > 0 && <progress max={index.total} value={index.done} aria-label="Indexing progress" />}
      <span className="figure">
        {formatCount(index.messages)} messages{state === 'tidying' ? '' : ' so far'}
      </span>
    </output>
  )
}

/** Where somebody may miss something: that not all of every message is searched. */
export function CutLine() {
  const cut = useSearch((state) => state.index?.cut ?? 0)
  if (cut === 0) return null
  return <p>{cut === 1 ? 'In one very long message,' : `In ${cut} very long messages,`} only the first 512 KB is searched.</p>
}

function wordsFor(state: string, rebuilt: string | null): string {
  if (state === 'checking') return 'Bullpen quit unexpectedly, so the search index is being checked. You can keep searching.'
  if (state === 'tidying') return 'Everything is searchable. The index is being optimized for faster searches.'
  return `${rebuilt === null ? 'Indexing messages.' : rebuilt} You can keep searching.`
}

async function refresh(): Promise<void> {
  const before = useSearch.getState().index
  const now = await loadStatus()
  const { query, busy, hits } = useSearch.getState()
  // Who has gone further down is not called back.
  if (now && query !== '' && !busy && hits.length <= pageSize && now.messages !== before?.messages) await run()
}

async function rebuild(): Promise<void> {
  try {
    useSearch.setState({ index: await client.search.rebuild() })
  } catch (thrown) {
    toast(errorWords(thrown), 'error')
  }
}
