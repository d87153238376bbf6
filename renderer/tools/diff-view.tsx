import { memo, useState } from 'react'
import { VisibleText } from '../ui/visible-text.tsx'
import { diffFigures, type DiffLine, type FileDiff, type Hunk } from './edit-diff.ts'

type DiffViewProps = { diff: FileDiff; path: string; /** Nothing is clipped or hidden in what is to be approved. */ exact?: boolean }

const clipTo = 60
const step = 1000
const signs: Record<DiffLine['kind'], string> = { same: ' ', added: '+', removed: '-' }
const words: Record<DiffLine['kind'], string> = { same: '', added: 'added: ', removed: 'removed: ' }

/** What an edit changes, line by line. */
export const DiffView = memo(function DiffView({ diff, path, exact = false }: DiffViewProps) {
  const total = diff.hunks.reduce((sum, hunk) => sum + hunk.lines.length, 0)
  const [limit, setLimit] = useState(clipTo)
  return (
    <figure className="diff" aria-label={`Changes to ${path}`}>
      <figcaption className="diff-bar">
        <span className="diff-path" title={diff.path}>
          <VisibleText text={path} />
        </span>
        <span className="figure">{diffFigures(diff)}</span>
      </figcaption>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard */}
      <section className="diff-lines" tabIndex={0} aria-label={`Changed lines of ${path}`}>
        <div className="diff-width">
          {clipHunks(diff.hunks, limit).map((hunk, place) => (
            <HunkLines key={place} lines={hunk.lines} first={place === 0} exact={exact} />
          ))}
        </div>
      </section>
      {total > limit && (
        <button type="button" className="code-block-more" onClick={() => setLimit(limit + step)}>
          {exact ? 'More to read: show ' : 'Show '}
          {total - limit <= step
            ? `all ${total.toLocaleString('en-US')} lines`
            : `${step.toLocaleString('en-US')} more of ${total.toLocaleString('en-US')} lines`}
        </button>
      )}
    </figure>
  )
})

function clipHunks(hunks: readonly Hunk[], limit: number): Hunk[] {
  const clipped: Hunk[] = []
  let left = limit
  for (const hunk of hunks) {
    if (left <= 0) break
    clipped.push(left >= hunk.lines.length ? hunk : { lines: hunk.lines.slice(0, left) })
    left -= hunk.lines.length
  }
  return clipped
}

const HunkLines = memo(function HunkLines({ lines, first, exact }: { lines: readonly DiffLine[]; first: boolean; exact: boolean }) {
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
