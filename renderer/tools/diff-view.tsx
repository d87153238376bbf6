import { memo, useEffect, useMemo, useState } from 'react'
import { breakableText } from '../markdown/breakable-text.tsx'
import { ShowMore } from '../markdown/show-more.tsx'
import { visibleSegments } from '../ui/visible-characters.ts'
import { VisibleSegments, VisibleText } from '../ui/visible-text.tsx'
import { boundMarks } from '../words/bound-marks.ts'
import { clipDiff } from './clip-diff.ts'
import { diffFigures, type DiffLine, type FileDiff } from './edit-diff.ts'

type DiffViewProps = {
  diff: FileDiff
  path: string
  /** It is to be approved: nothing in it may be out of sight without being counted. */
  exact?: boolean
  /** Told whether something of it is not shown. */
  onHidden?: (hidden: boolean) => void
}

const first = { lines: 60, characters: 12_000 }
/** In a card that has no bar of its own. */
const firstExact = { lines: 30, characters: 2_400 }
const step = { lines: 1_000, characters: 100_000 }
/** What cannot be seen is eight times longer as it is spelled out. */
const stepExact = { lines: 500, characters: 10_000 }
const signs: Record<DiffLine['kind'], string> = { same: ' ', added: '+', removed: '-' }
const words: Record<DiffLine['kind'], string> = { same: '', added: 'added: ', removed: 'removed: ' }

/** What an edit changes, line by line. */
export const DiffView = memo(function DiffView({ diff, path, exact = false, onHidden }: DiffViewProps) {
  const [limit, setLimit] = useState(exact ? firstExact : first)
  const { hunks, rest } = useMemo(() => clipDiff(diff.hunks, limit), [diff, limit])
  const isHidden = rest !== null
  const { lines, characters } = exact ? stepExact : step
  useEffect(() => onHidden?.(isHidden), [onHidden, isHidden])
  return (
    <figure className={exact ? 'diff diff-exact' : 'diff'} aria-label={`Changes to ${path}`}>
      <figcaption className="diff-bar">
        <span className="diff-path" title={diff.path}>
          <VisibleText text={path} />
        </span>
        <span className="figure">{diffFigures(diff)}</span>
      </figcaption>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex, jsx-a11y/prefer-tag-over-role -- what scrolls must be reachable by keyboard, and is no landmark */}
      <div className="diff-lines" tabIndex={0} role="group" aria-label={`Changed lines of ${path}`}>
        <div className="diff-width">
          {hunks.map((hunk, place) => (
            <HunkLines key={place} lines={hunk.lines} first={place === 0} exact={exact} />
          ))}
        </div>
      </div>
      {rest && <ShowMore rest={rest} onMore={() => setLimit({ lines: limit.lines + lines, characters: limit.characters + characters })} />}
    </figure>
  )
})

const HunkLines = memo(function HunkLines({
  lines,
  first: isFirst,
  exact,
}: {
  lines: readonly DiffLine[]
  first: boolean
  exact: boolean
}) {
  return (
    <>
      {!isFirst && <div className="diff-gap" aria-hidden />}
      {lines.map((line, place) => (
        <div key={place} className={`diff-line diff-${line.kind}`}>
          <span aria-hidden className="diff-sign">
            {signs[line.kind]}
          </span>
          {line.kind !== 'same' && <span className="sr-only">{words[line.kind]}</span>}
          {exact ? <ExactLine text={line.text} /> : boundMarks(line.text)}
        </div>
      ))}
    </>
  )
})

const ExactLine = memo(function ExactLine({ text }: { text: string }) {
  return <VisibleSegments segments={useMemo(() => visibleSegments(text), [text])} draw={breakableText} />
})
