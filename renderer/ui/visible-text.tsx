import { memo, useMemo } from 'react'
import { visibleSegments } from './visible-characters.ts'

/** Text exactly as it will be used: what cannot be seen is spelled out and marked. */
export const VisibleText = memo(function VisibleText({ text }: { text: string }) {
  const segments = useMemo(() => visibleSegments(text), [text])
  return segments.map((segment, place) =>
    segment.hidden ? (
      <mark key={place} className="unseen-character" title={segment.name}>
        {segment.text}
      </mark>
    ) : (
      segment.text
    ),
  )
})
