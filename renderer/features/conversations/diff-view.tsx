import { memo, useState } from 'react'
import { VisibleText } from '../approvals/visible-text.tsx'
import { diffFigures, type DiffLine, type FileDiff } from './edit-diff.ts'

type DiffViewProps = { diff: FileDiff; path: string; /** Nothing is clipped or hidden in what is to be approved. */ exact?: boolean }

const clipTo = 60
const step = 1000
const signs: Record<DiffLine['kind'], string> = { same: ' ', added: '+', removed: '-' }
const words: Record<DiffLine['kind'], string> = { same: '', added: 'added: ', removed: 'removed: ' }

/** What an edit changes, line by line. */
export const DiffView = memo(function DiffView({ diff, path, exact = false }: DiffViewProps) {
  const total = diff.hunks.reduce((sum, hunk) => sum + hunk.lines.length, 0)
  const [limit, setLimit] = useState(clipTo)
  let left = limit
  return (
    <figure className="diff" aria-label={`Changes to ${path}`}>
      <figcaption className="diff-bar">
        <span className="diff-path" title={diff.path}>
          <VisibleText text={path} />
        </span>
        <span className="figure">{diffFigures(diff)}</span>
      </figcaption>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard */}
      <div className="diff-lines" tabIndex={0} role="region" aria-label="Changed lines">
        <div className="diff-width">
          {diff.hunks.map((hunk, place) => {
            const lines = hunk.lines.slice(0, Math.max(0, left))
            left -= lines.length
            return <HunkLines key={place} lines={lines} first={place === 0} exact={exact} />
          })}
        </div>
      </div>
      {total > limit && (
        <button type="button" className="diff-more" onClick={() => setLimit(limit + step)}>
          {exact ? 'More to read: show ' : 'Show '}
          {total - limit <= step ? `all ${total.toLocaleString('en-US')} lines` : `${step.toLocaleString('en-US')} more of ${total.toLocaleString('en-US')} lines`}
        </button>
      )}
    </figure>
  )
})

const HunkLines = memo(function HunkLines({ lines, first, exact }: { lines: readonly DiffLine[]; first: boolean; exact: boolean }) {
  if (lines.length === 0) return null
  return (
    <>
      {!first && <div className="diff-gap" aria-hidden />}
      {lines.map((line, place) => (
        <div key={place} className={`diff-line diff-${line.kind}`}>
          <span aria-hidden className="diff-sign">
            {signs[line.kind]}
          </span>
          {line.kind !== 'same' && <span className="sr-only">{words[line.kind]}</span>}
          {exact ? <VisibleText text={line.text} /> : line.text}
        </div>
      ))}
    </>
  )
})
