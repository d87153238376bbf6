import { memo, useMemo, useState } from 'react'
import { CodeLines } from './code-lines.tsx'
import { boundMarks } from '../words/bound-marks.ts'
import { clipText, type ClippedText, type TextLimit } from '../words/clip-text.ts'
import { CopyButton } from './copy-button.tsx'
import { ShowMore } from './show-more.tsx'
import { useHighlight } from './use-highlight.ts'
import './code-block.css'

type CodeBlockProps = { code: string; language: string; /** It still streams in. */ growing?: boolean }

/** Code that has a few lines more than are shown at first is shown whole. */
const whole = { lines: 300, characters: 40_000 }
const first = { lines: 120, characters: 20_000 }
const step = { lines: 2_000, characters: 100_000 }

/** A piece of code with its language, a copy button and, when its colours are ready, colours. Very long ones are clipped until asked for. */
export const CodeBlock = memo(function CodeBlock({ code, language, growing = false }: CodeBlockProps) {
  const [limit, setLimit] = useState(first)
  const { shown: shownCode, rest } = useMemo(() => clipCode(code, limit), [code, limit])
  const shown = useMemo(() => boundMarks(shownCode).split('\n'), [shownCode])
  const colours = useHighlight(language, shownCode, growing && rest === null)
  // The last line of a shorter text may have gone on since.
  const coloured = colours.code === shownCode ? shown.length : Math.max(0, (colours.lines?.length ?? 0) - 1)
  return (
    <figure className="code-block" aria-label={language ? `Code, ${language}` : 'Code'}>
      <figcaption className="code-block-bar">
        <span>{language || 'text'}</span>
        <CopyButton text={code} label="Copy code" />
      </figcaption>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard */}
      <pre tabIndex={0}>
        <code>
          <CodeLines lines={shown} colours={colours.lines} coloured={coloured} />
        </code>
      </pre>
      {rest && (
        <ShowMore
          rest={rest}
          onMore={() => setLimit({ lines: limit.lines + step.lines, characters: limit.characters + step.characters })}
        />
      )}
    </figure>
  )
})

function clipCode(code: string, limit: TextLimit): ClippedText {
  const all = clipText(code, whole)
  return all.rest === null ? all : clipText(code, limit)
}
