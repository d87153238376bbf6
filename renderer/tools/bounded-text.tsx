import { memo, useMemo, useState } from 'react'
import { breakableText } from '../markdown/breakable-text.tsx'
import { clipVisible } from '../ui/clip-visible.ts'
import { VisibleSegments } from '../ui/visible-text.tsx'
import { moreThan, restWords, type TextLimit } from '../words/clip-text.ts'

/** Words that somebody else wrote, exactly, from their beginning: what cannot be seen is spelled out, and what is not shown is counted. */
export const BoundedText = memo(function BoundedText({ text, first }: { text: string; first: TextLimit }) {
  const [more, setMore] = useState<TextLimit | null>(null)
  const limit = more ?? first
  const { segments, rest } = useMemo(() => clipVisible(text, limit), [text, limit])
  return (
    <>
      <VisibleSegments segments={segments} draw={breakableText} />
      {rest && (
        <span className="bounded-rest">
          … {restWords(rest)}{' '}
          <button type="button" onClick={() => setMore(moreThan(limit))}>
            Show more
          </button>
        </span>
      )}
    </>
  )
})
