import { memo, useMemo, useState } from 'react'
import { CopyButton } from '../../markdown/copy-button.tsx'
import { ShowMore } from '../../markdown/show-more.tsx'
import { ExactText } from '../../tools/exact-text.tsx'
import { stripColours } from '../../tools/terminal-text.ts'
import { breakableText } from '../../markdown/breakable-text.tsx'
import { clipText } from '../../words/clip-text.ts'

type OutputBoxProps = { text: string; label: string; kind: 'input' | 'output' | 'error' | 'words' }

const first = { lines: 200, characters: 20_000 }
const step = { lines: 2_000, characters: 100_000 }
/** Codes of a terminal are looked for in so much of it. */
const farthest = { lines: Infinity, characters: 1_000_000 }

/** Text of a tool in a box that does not grow beyond a few lines: it scrolls, and very long ones are clipped until asked for. */
export const OutputBox = memo(function OutputBox({ text, label, kind }: OutputBoxProps) {
  return (
    <div className={`output output-${kind}`}>
      {kind === 'input' ? (
        <ExactText text={text} label={label} first={first} className="output-exact" />
      ) : (
        <Output text={text} label={label} />
      )}
      <CopyButton text={text} label={`Copy ${label.toLowerCase()}`} className="output-copy" />
    </div>
  )
})

function Output({ text, label }: { text: string; label: string }) {
  const [limit, setLimit] = useState(first)
  const { shown, rest } = useMemo(() => {
    const near = clipText(text, { ...farthest, characters: Math.max(farthest.characters, limit.characters * 2) })
    const clipped = clipText(stripColours(near.shown), limit)
    if (near.rest === null) return clipped
    const { lines, characters, allLines, allCharacters } = clipped.rest ?? near.rest
    return clipped.rest
      ? {
          shown: clipped.shown,
          rest: { lines: lines + near.rest.lines, characters: characters + near.rest.characters, allLines, allCharacters },
        }
      : { shown: clipped.shown, rest: near.rest }
  }, [text, limit])
  return (
    <>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard */}
      <pre tabIndex={0} aria-label={label}>
        {useMemo(() => (shown === '' ? <i>No text, only terminal codes</i> : breakableText(shown)), [shown])}
      </pre>
      {rest && (
        <ShowMore
          rest={rest}
          onMore={() => setLimit({ lines: limit.lines + step.lines, characters: limit.characters + step.characters })}
        />
      )}
    </>
  )
}
