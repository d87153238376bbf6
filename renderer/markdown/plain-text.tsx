import { memo, useMemo, useState } from 'react'
import { breakableText } from './breakable-text.tsx'
import { clipText } from '../words/clip-text.ts'
import { ShowMore } from './show-more.tsx'

const first = { lines: 400, characters: 12_000 }
const growth = 4

/** Text as it was written, in bounded pieces; what is not shown is said. */
export const PlainText = memo(function PlainText({ text, note }: { text: string; note?: string | undefined }) {
  const [limit, setLimit] = useState(first)
  const { shown, rest } = useMemo(() => clipText(text, limit), [text, limit])
  return (
    <div className="markdown-plain">
      {note !== undefined && <p className="markdown-note">{note}</p>}
      <p dir="auto">{useMemo(() => breakableText(shown), [shown])}</p>
      {rest && <ShowMore rest={rest} onMore={() => setLimit({ lines: limit.lines * growth, characters: limit.characters * growth })} />}
    </div>
  )
})
