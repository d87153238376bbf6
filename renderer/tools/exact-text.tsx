import { useEffect, useMemo, useState } from 'react'
import { breakableText } from '../markdown/breakable-text.tsx'
import { ShowMore } from '../markdown/show-more.tsx'
import { clipVisible } from '../ui/clip-visible.ts'
import { VisibleSegments } from '../ui/visible-text.tsx'
import { moreThan, type TextLimit } from '../words/clip-text.ts'

type ExactTextProps = {
  text: string
  label: string
  /** Shown at first. */
  first: TextLimit
  /** A text that is not larger than this is shown whole. */
  whole?: TextLimit
  className: string
  /** Told whether something of it is not shown. */
  onHidden?: (hidden: boolean) => void
}

/** Text exactly as it will be used, from its beginning: what cannot be seen is spelled out, and what is not shown is counted. */
export function ExactText({ text, label, first, whole = first, className, onHidden }: ExactTextProps) {
  const [limit, setLimit] = useState<TextLimit | null>(null)
  const { segments, rest } = useMemo(() => {
    const all = clipVisible(text, limit ?? whole)
    return all.rest === null || limit !== null ? all : clipVisible(text, first)
  }, [text, limit, whole, first])
  const isHidden = rest !== null
  useEffect(() => onHidden?.(isHidden), [onHidden, isHidden])
  const more = () => setLimit(moreThan(limit ?? first))
  return (
    <>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard */}
      <pre className={className} tabIndex={0} dir="ltr" aria-label={label}>
        <code>
          <VisibleSegments segments={segments} draw={breakableText} />
        </code>
      </pre>
      {rest && <ShowMore rest={rest} onMore={more} onAll={rest.characters <= mostAtOnce ? () => setLimit(everything) : undefined} />}
    </>
  )
}

/** So much more is shown with one click; less of it where it becomes many times longer, as what cannot be seen is spelled out. */
const mostAtOnce = 100_000
const everything = { lines: Infinity, characters: 300_000 }
