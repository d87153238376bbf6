import { setQuery, setSort, useSearch, type Sort } from '../../state/search-store.ts'
import { hasFilter, toggleFilter } from './toggle-filter.ts'

const filters = [
  { words: 'You', filter: 'role:user' },
  { words: 'Claude', filter: 'role:assistant' },
  { words: 'Tools', filter: 'role:tool' },
  { words: 'Titles', filter: 'role:title' },
  { words: 'Last 7 days', filter: 'after:7d' },
  { words: 'Archived', filter: 'is:archived' },
] as const

const sorts: readonly { words: string; sort: Sort; hint: string }[] = [
  { words: 'Newest', sort: 'newest', hint: 'Newest first' },
  { words: 'Best', sort: 'relevance', hint: 'Most relevant first (newest 1,000)' },
]

/** The filters used most, as what they are: words of the search. */
export function SearchFilters() {
  const query = useSearch((state) => state.query)
  const sort = useSearch((state) => state.sort)
  return (
    <div className="search-filters">
      <fieldset className="search-chips" aria-label="Filters">
        {filters.map(({ words, filter }) => (
          <button
            key={filter}
            type="button"
            className="search-chip"
            aria-pressed={hasFilter(query, filter)}
            title={filter}
            onClick={() => setQuery(toggleFilter(query, filter))}
          >
            {words}
          </button>
        ))}
      </fieldset>
      <fieldset className="search-chips" aria-label="Order">
        {sorts.map(({ words, sort: one, hint }) => (
          <button key={one} type="button" className="search-chip" aria-pressed={sort === one} title={hint} onClick={() => setSort(one)}>
            {words}
          </button>
        ))}
      </fieldset>
    </div>
  )
}
