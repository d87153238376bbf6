import { memo, useMemo, useState } from 'react'
import { VisibleText } from '../../ui/visible-text.tsx'
import { CopyButton } from '../../markdown/copy-button.tsx'
import { stripColours } from '../../tools/terminal-text.ts'

type OutputBoxProps = { text: string; label: string; kind: 'input' | 'output' | 'error' | 'words' }

const clipTo = 200
const step = 2000

/** Text of a tool in a box that does not grow beyond a few lines: it scrolls, and very long ones are clipped until asked for. */
export const OutputBox = memo(function OutputBox({ text, label, kind }: OutputBoxProps) {
  const [limit, setLimit] = useState(clipTo)
  const lines = useMemo(() => stripColours(text).split('\n'), [text])
  const shown = useMemo(() => lines.slice(0, limit).join('\n'), [lines, limit])
  return (
    <div className={`output output-${kind}`}>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard */}
      <pre tabIndex={0} aria-label={label}>
        {kind === 'input' ? <VisibleText text={shown} /> : shown}
      </pre>
      <CopyButton text={text} label={`Copy ${label.toLowerCase()}`} className="output-copy" />
      {lines.length > limit && (
        <button type="button" className="code-block-more" onClick={() => setLimit(limit + step)}>
          {lines.length - limit <= step
            ? `Show all ${lines.length.toLocaleString('en-US')} lines`
            : `Show ${step.toLocaleString('en-US')} more of ${lines.length.toLocaleString('en-US')} lines`}
        </button>
      )}
    </div>
  )
})
