import { memo, useMemo, useState } from 'react'
import { CodeLines } from './code-lines.tsx'
import { CopyButton } from './copy-button.tsx'
import { useHighlight } from './use-highlight.ts'

type CodeBlockProps = { code: string; language: string; /** It still streams in. */ growing?: boolean }

const clipAbove = 300
const clipTo = 120
const step = 2000

/** A piece of code with its language, a copy button and, when its colours are ready, colours. Very long ones are clipped until asked for. */
export const CodeBlock = memo(function CodeBlock({ code, language, growing = false }: CodeBlockProps) {
  const [limit, setLimit] = useState(clipTo)
  const all = useMemo(() => code.split('\n'), [code])
  const isClipped = all.length > Math.max(clipAbove, limit)
  const shown = useMemo(() => (isClipped ? all.slice(0, limit) : all), [all, isClipped, limit])
  const shownCode = useMemo(() => (isClipped ? shown.join('\n') : code), [isClipped, shown, code])
  const colours = useHighlight(language, shownCode, growing && !isClipped)
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
      {isClipped && <MoreLines total={all.length} shown={shown.length} onMore={() => setLimit(Math.min(all.length, limit + step))} />}
    </figure>
  )
})

function MoreLines({ total, shown, onMore }: { total: number; shown: number; onMore: () => void }) {
  const hidden = total - shown
  return (
    <button type="button" className="code-block-more" onClick={onMore}>
      {hidden <= step
        ? `Show all ${total.toLocaleString('en-US')} lines`
        : `Show ${step.toLocaleString('en-US')} more of ${total.toLocaleString('en-US')} lines`}
    </button>
  )
}
