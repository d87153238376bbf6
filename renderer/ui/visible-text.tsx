import { memo, useMemo } from 'react'
import { visibleSegments, type Segment } from './visible-characters.ts'

/** So many stretches are marked one by one; those behind them are spelled out all the same, as one text. */
const mostMarked = 300

/** Text exactly as it will be used: what cannot be seen is spelled out and marked. */
export const VisibleText = memo(function VisibleText({ text }: { text: string }) {
  return <VisibleSegments segments={useMemo(() => visibleSegments(text), [text])} />
})

/** The same for text that has been cut already. */
export const VisibleSegments = memo(function VisibleSegments({ segments }: { segments: readonly Segment[] }) {
  return (
    <>
      {segments.slice(0, mostMarked).map(marked)}
      {segments.length > mostMarked &&
        segments
          .slice(mostMarked)
          .map((segment) => segment.text)
          .join('')}
    </>
  )
})

function marked(segment: Segment, place: number) {
  return segment.hidden ? (
    <mark key={place} className="unseen-character" title={segment.name}>
      {segment.text}
    </mark>
  ) : (
    segment.text
  )
}
