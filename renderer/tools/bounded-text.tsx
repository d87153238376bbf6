import { memo, useMemo, useState } from 'react'
import { breakableText } from '../markdown/breakable-text.tsx'
import { clipVisible } from '../ui/clip-visible.ts'
import { VisibleSegments } from '../ui/visible-text.tsx'
import { restWords, type TextLimit } from '../words/clip-text.ts'

const growth = 8

/** Words that somebody else wrote, exactly, from their beginning: what cannot be seen is spelled out, and what is not shown is counted. */
export const BoundedText = memo(function BoundedText({ text, first }: { text: string; first: TextLimit }) {
  const [factor, setFactor] = useState(1)
  const { segments, rest } = useMemo(
    () => clipVisible(text, { lines: first.lines * factor, characters: first.characters * factor }),
    [text, first, factor],
  )
  return (
    <>
      <VisibleSegments segments={segments} draw={breakableText} />
      {rest && (
        <span className="bounded-rest">
          … {restWords(rest)}{' '}
          <button type="button" onClick={() => setFactor(factor * growth)}>
            Show more
          </button>
        </span>
      )}
    </>
  )
})
