import { memo, useEffect, useMemo, useState } from 'react'
import { PathLink } from '../markdown/file-link.tsx'
import { languageOfPath } from '../markdown/language-names.ts'
import { ShowMore } from '../markdown/show-more.tsx'
import { VisibleText } from '../ui/visible-text.tsx'
import { clipDiff } from './clip-diff.ts'
import { DiffLineContent } from './diff/diff-line.tsx'
import { withMates, type MatedLine } from './diff/diff-rows.ts'
import { diffFigures, type DiffLine, type FileDiff } from './edit-diff.ts'
import './diff/diff.css'

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

/** What an edit changes, line by line. */
export const DiffView = memo(function DiffView({ diff, path, exact = false, onHidden }: DiffViewProps) {
  const [limit, setLimit] = useState(exact ? firstExact : first)
  const { hunks, rest } = useMemo(() => clipDiff(diff.hunks, limit), [diff, limit])
  const language = languageOfPath(diff.path)
  const isHidden = rest !== null
  const { lines, characters } = exact ? stepExact : step
  useEffect(() => onHidden?.(isHidden), [onHidden, isHidden])
  return (
    <figure className={exact ? 'diff diff-exact' : 'diff'} aria-label={`Changes to ${path}`}>
      <figcaption className="diff-bar">
        <PathLink path={diff.path} className="diff-path path-link">
          <VisibleText text={path} />
        </PathLink>
        <span className="figure">{diffFigures(diff)}</span>
      </figcaption>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex, jsx-a11y/prefer-tag-over-role -- what scrolls must be reachable by keyboard, and is no landmark */}
      <div className="diff-lines" tabIndex={0} role="group" aria-label={`Changed lines of ${path}`}>
        <div className="diff-width">
          {hunks.map((hunk, place) => (
            <HunkLines key={place} lines={hunk.lines} first={place === 0} language={language} />
          ))}
        </div>
      </div>
      {rest && <ShowMore rest={rest} onMore={() => setLimit({ lines: limit.lines + lines, characters: limit.characters + characters })} />}
    </figure>
  )
})

type HunkProps = { lines: readonly DiffLine[]; first: boolean; language: string | null }

const HunkLines = memo(function HunkLines({ lines, first: isFirst, language }: HunkProps) {
  const coloured = useMemo(() => ({ of: lines, at: (place: number) => lines[place], language }), [lines, language])
  const mates = useMemo(() => matesOf(lines), [lines])
  return (
    <>
      {!isFirst && <div className="diff-gap" aria-hidden />}
      {lines.map((line, place) => (
        <div key={place} className={`diff-line diff-${line.kind}`}>
          <DiffLineContent kind={line.kind} text={line.text} mate={mates[place] ?? null} lines={coloured} place={place} />
        </div>
      ))}
    </>
  )
})

function matesOf(lines: readonly DiffLine[]): (string | null)[] {
  const all = lines.map((line): MatedLine => ({ ...line, mate: null }))
  withMates(all)
  return all.map(({ mate }) => mate)
}
