import { Fragment, memo, useMemo, type ReactNode } from 'react'
import { visibleSegments, type Segment } from './visible-characters.ts'

/** So many stretches are marked one by one; those behind them are spelled out all the same, as one text. */
const mostMarked = 300

/** Text exactly as it will be used: what cannot be seen is spelled out and marked. */
export const VisibleText = memo(function VisibleText({ text }: { text: string }) {
  return <VisibleSegments segments={useMemo(() => visibleSegments(text), [text])} />
})

type VisibleSegmentsProps = {
  segments: readonly Segment[]
  /** How what can be seen is drawn; as it is, when absent. */
  draw?: (text: string) => ReactNode
}

/** The same for text that has been cut already. */
export const VisibleSegments = memo(function VisibleSegments({ segments, draw = asItIs }: VisibleSegmentsProps) {
  return (
    <>
      {segments
        .slice(0, mostMarked)
        .map((segment, place) => (segment.hidden ? marked(segment, place) : <Fragment key={place}>{draw(segment.text)}</Fragment>))}
      {segments.length > mostMarked &&
        draw(
          segments
            .slice(mostMarked)
            .map((segment) => segment.text)
            .join(''),
        )}
    </>
  )
})

function asItIs(text: string): ReactNode {
  return text
}

function marked(segment: Extract<Segment, { hidden: true }>, place: number) {
  return (
    <mark key={place} className="unseen-character" title={segment.name}>
      {segment.text}
    </mark>
  )
}
