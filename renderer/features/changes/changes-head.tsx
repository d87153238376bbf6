import { ArrowLeft, Columns2, GitCommitHorizontal, MessageSquare, Pilcrow } from 'lucide-react'
import type { Changes, GitState } from '../../../shared/domain/changes.ts'
import type { ReviewComment } from '../../state/review-comments.ts'
import { usePool } from '../../state/pool-store.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { countWords } from '../../words/changes-words.ts'
import { plural } from '../../words/figures.ts'
import { AgainstMenu } from './against-menu.tsx'
import { GitMenu } from './git-menu.tsx'
import { chosenOf, setLooks, useLooks, type Review } from './review.ts'
import type { SearchState } from './use-search.ts'

type ChangesHeadProps = {
  conversationId: string
  against: string
  review: Review
  changes: Changes | null
  git: GitState | null
  comments: readonly ReviewComment[]
  search: string
  onSearch: (text: string) => void
  found: SearchState
  /** There is room for both sides. */
  canSplit: boolean
}

/** Where one is, what is compared, how it is shown, and what can be done with all of it. */
export function ChangesHead(props: ChangesHeadProps) {
  const { conversationId: id, against, review, changes, comments, search, onSearch, found, canSplit } = props
  const title = usePool((state) => state.conversations.get(id)?.title)
  const { layout, whitespace } = useLooks()
  const written = comments.filter(({ text }) => text.trim() !== '').length
  const chosen = changes === null ? 0 : chosenOf(review).length
  const compare = (next: string) => ui.go({ name: 'changes', id, against: next })
  return (
    <header className="changes-head">
      <IconButton
        label="Back to the conversation"
        hint={title === undefined ? 'Back to the conversation' : `Back to “${title}”`}
        icon={ArrowLeft}
        onClick={() => ui.go({ name: 'conversation', id })}
      />
      <h1>Changes</h1>
      <AgainstMenu conversationId={id} against={against} isRepository={changes?.isRepository === true} onChange={compare} />
      {changes !== null && (
        <span className="figure changes-sum">
          {plural(changes.files, 'file')} {countWords(changes)}
        </span>
      )}
      <GitMenu conversationId={id} />
      <span className="changes-acts">
        <span className="changes-find">
          <input
            className="input changes-search"
            type="search"
            placeholder="Search changes"
            aria-label="Search in all changes"
            value={search}
            onChange={(event) => onSearch(event.target.value)}
            onKeyDown={(event) => event.key === 'Escape' && (onSearch(''), event.currentTarget.blur())}
          />
          <SearchWords found={found} />
        </span>
        <IconButton
          label="Side by side"
          hint={canSplit ? 'Side by side (S)' : 'Side by side needs a wider window'}
          icon={Columns2}
          aria-pressed={layout === 'split' && canSplit}
          disabled={!canSplit}
          onClick={() => setLooks({ layout: layout === 'split' ? 'unified' : 'split' })}
        />
        <IconButton
          label="Ignore white space"
          hint="Ignore white space (W)"
          icon={Pilcrow}
          aria-pressed={!whitespace}
          onClick={() => setLooks({ whitespace: !whitespace })}
        />
        {written > 0 && (
          <Button small onClick={() => ui.openDialog({ name: 'send-comments', id })}>
            <MessageSquare size={14} strokeWidth={1.75} aria-hidden />
            Send {plural(written, 'comment')}…
          </Button>
        )}
        {changes?.isRepository === true && (
          <Button small variant="primary" disabled={chosen === 0} onClick={() => ui.openDialog({ name: 'commit', id })}>
            <GitCommitHorizontal size={14} strokeWidth={1.75} aria-hidden />
            Commit…
          </Button>
        )}
      </span>
    </header>
  )
}

function SearchWords({ found: { counts, done, of } }: { found: SearchState }) {
  if (counts === null) return null
  const matches = [...counts.values()].reduce((sum, count) => sum + count, 0)
  const words = `${plural(matches, 'match', 'matches')} in ${plural(counts.size, 'file')}`
  return (
    <span className="figure changes-found" aria-live="polite">
      {done < of ? `${words} · ${done} of ${of} searched` : words}
    </span>
  )
}
