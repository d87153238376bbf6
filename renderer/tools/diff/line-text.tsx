import { memo, useMemo, type ReactNode } from 'react'
import { breakableText } from '../../markdown/breakable-text.tsx'
import { tokenKinds, type TokenSpan } from '../../markdown/highlight-protocol.ts'
import { visibleSegments } from '../../ui/visible-characters.ts'
import { VisibleSegments } from '../../ui/visible-text.tsx'
import { linePieces } from './line-pieces.ts'
import type { Range } from './word-marks.ts'

export type LineTextProps = {
  text: string
  /** Colours, when they are ready. */
  spans?: readonly TokenSpan[] | undefined
  /** Words that differ from the line beside it. */
  words?: readonly Range[] | undefined
  /** What was searched for. */
  found?: readonly Range[] | undefined
}

/** Longer lines are not coloured: the page would be held up. */
const longestMarked = 5_000

/** A line of code as it is: coloured and marked, and what cannot be seen is spelled out. */
export const LineText = memo(function LineText({ text, spans, words, found }: LineTextProps) {
  const segments = useMemo(() => visibleSegments(text), [text])
  const isPlain = segments.every(({ hidden }) => !hidden)
  // What cannot be seen is found in the line as a whole, so such a line is not cut at its colours.
  if (!isPlain || text.length > longestMarked) return <VisibleSegments segments={segments} draw={breakableText} />
  return drawn(text, spans, words, found)
})

function drawn(text: string, spans: LineTextProps['spans'], words: LineTextProps['words'], found: LineTextProps['found']): ReactNode {
  return linePieces(text, spans, words, found).map((piece, place) => {
    const colour = piece.kind === 0 ? undefined : `token-${tokenKinds[piece.kind] ?? 'plain'}`
    const drawnText = breakableText(piece.text)
    if (piece.found)
      return (
        <mark key={place} className="diff-found">
          {drawnText}
        </mark>
      )
    const classes = [colour, piece.word ? 'diff-word' : undefined].filter((one) => one !== undefined).join(' ')
    return classes === '' ? (
      drawnText
    ) : (
      <span key={place} className={classes}>
        {drawnText}
      </span>
    )
  })
}
