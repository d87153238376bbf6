import { Archive, Bot, Terminal, Type, User } from 'lucide-react'
import type { LucideIcon } from 'lucide-react'
import { memo } from 'react'
import type { SearchHit } from '../../../shared/domain/search.ts'
import { usePool } from '../../state/pool-store.ts'
import { boundMarks } from '../../words/bound-marks.ts'
import { formatWhen, shortPath } from '../../words/figures.ts'
import { openHit } from '../../commands/search-actions.ts'
import { useSearch } from '../../state/search-store.ts'

const roles: Readonly<Record<SearchHit['role'], { icon: LucideIcon; words: string }>> = {
  user: { icon: User, words: 'You' },
  assistant: { icon: Bot, words: 'Claude' },
  tool: { icon: Terminal, words: 'Tool' },
  system: { icon: Terminal, words: 'Note' },
  title: { icon: Type, words: 'Title' },
}

type Props = {
  hit: SearchHit
  index: number
  isActive: boolean
  /** The one above is of the same conversation: its title is not said again. */
  isSame: boolean
}

/** One hit: where it is, who said it, when, and the words around it. */
export const SearchResult = memo(function SearchResult({ hit, index, isActive, isSame }: Props) {
  const { icon: Icon, words } = roles[hit.role]
  return (
    <button
      type="button"
      className="hit"
      data-active={isActive || undefined}
      tabIndex={isActive ? 0 : -1}
      data-same={isSame || undefined}
      onClick={() => openHit(hit)}
      onMouseMove={() => useSearch.getState().active !== index && useSearch.setState({ active: index })}
    >
      {!isSame && <Place hit={hit} />}
      <span className="hit-line">
        <span className="hit-role" title={words}>
          <Icon size={14} strokeWidth={1.75} aria-label={words} />
        </span>
        <span className="hit-words">
          {hit.snippet.map(({ text, marked }, at) =>
            marked ? <mark key={at}>{boundMarks(text)}</mark> : <span key={at}>{boundMarks(text)}</span>,
          )}
        </span>
        <time className="hit-when figure" dateTime={hit.at} title={new Date(hit.at).toLocaleString()}>
          {formatWhen(hit.at)}
        </time>
      </span>
    </button>
  )
})

function Place({ hit }: { hit: SearchHit }) {
  const home = usePool((state) => state.health?.platform.home ?? null)
  const name = usePool((state) => (hit.instanceId === null ? undefined : state.instances.get(hit.instanceId)?.name))
  const facts = [
    name,
    hit.folder === null ? null : shortPath(hit.folder, { home }),
    hit.sessionId === null ? null : 'Claude Code',
    ...hit.tags,
  ]
  return (
    <span className="hit-place">
      <span className="hit-title">{hit.title || 'Without a title'}</span>
      <span className="hit-facts">{facts.filter(Boolean).join(' · ')}</span>
      {hit.state === 'archived' && (
        <span className="hit-archived">
          <Archive size={12} strokeWidth={1.75} aria-hidden />
          archived
        </span>
      )}
    </span>
  )
}
