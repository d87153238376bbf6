import { CutLine } from './search-index-line.tsx'
import { setQuery, useSearch } from '../../state/search-store.ts'

const examples = [
  { query: '"exit code 1"', words: 'these words, one after the other' },
  { query: 'migrat*', words: 'words that begin so' },
  { query: '*parser*', words: 'words that hold it anywhere' },
  { query: 'docker OR podman', words: 'one or the other' },
  { query: 'deploy -staging', words: 'without a word' },
  { query: 'role:user', words: 'what you said; also assistant, tool, title' },
  { query: 'tool:Bash', words: 'calls of a tool and what they answered' },
  { query: 'instance:reviewer', words: 'conversations of an instance' },
  { query: 'folder:api', words: 'whose folder has this in its path' },
  { query: 'after:2026-03-01', words: 'from a day on; also before: and on:, 2026-03, today, 7d' },
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
          <h2>Searched before</h2>
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
        <h2>What you can write</h2>
        <p>Every message is searched, and what tools were given and answered, titles and tags. The newest comes first.</p>
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
