import { CutLine } from './search-index-line.tsx'
import { setQuery, useSearch } from '../../state/search-store.ts'

const examples = [
  { query: '"exit code 1"', words: 'exact phrase' },
  { query: 'migrat*', words: 'starts with' },
  { query: '*parser*', words: 'contains' },
  { query: 'docker OR podman', words: 'either word' },
  { query: 'deploy -staging', words: 'excludes' },
  { query: 'role:user', words: 'your messages; also assistant, tool, title' },
  { query: 'tool:Bash', words: 'calls of a tool and their results' },
  { query: 'instance:reviewer', words: 'an instance’s conversations' },
  { query: 'folder:api', words: 'whose folder has this in its path' },
  { query: 'after:2026-03-01', words: 'since a date; also before: and on:, 2026-03, today, 7d' },
  { query: 'is:archived', words: 'only in the archive; also is:active, is:vault' },
  { query: 'tag:release', words: 'conversations with a tag' },
] as const

/** Before anything is typed: earlier searches, and what can be written. */
export function SearchHelp() {
  const recent = useSearch((state) => state.recent)
  return (
    <div className="search-help">
      {recent.length > 0 && (
        <section>
          <h2>Recent searches</h2>
          <ul>
            {recent.map((query) => (
              <li key={query}>
                <button type="button" className="search-example" onClick={() => setQuery(query)}>
                  {query}
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section>
        <h2>Search syntax</h2>
        <p>Searches messages, tool inputs and results, titles and tags. Newest first.</p>
        <CutLine />
        <dl>
          {examples.map(({ query, words }) => (
            <div key={query}>
              <dt>
                <button type="button" className="search-example" onClick={() => setQuery(query)}>
                  <code>{query}</code>
                </button>
              </dt>
              <dd>{words}</dd>
            </div>
          ))}
        </dl>
      </section>
    </div>
  )
}
