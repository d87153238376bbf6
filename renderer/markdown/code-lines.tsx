import { memo, useMemo } from 'react'
import { tokenKinds, type HighlightedLines, type TokenSpan } from './highlight-protocol.ts'

type CodeLinesProps = {
  lines: readonly string[]
  colours: HighlightedLines | null
  /** Lines that the colours are valid for. */ coloured: number
}

/** Code line by line, so that a growing piece changes its last line only. */
export function CodeLines({ lines, colours, coloured }: CodeLinesProps) {
  return lines.map((line, place) => <CodeLine key={place} text={line} spans={place < coloured ? colours?.[place] : undefined} />)
}

type CodeLineProps = { text: string; spans: readonly TokenSpan[] | undefined }

const CodeLine = memo(
  function CodeLine({ text, spans }: CodeLineProps) {
    const parts = useMemo(() => cut(text, spans), [text, spans])
    return (
      <span className="code-line">
        {parts}
        {'\n'}
      </span>
    )
  },
  (before, after) => before.text === after.text && sameSpans(before.spans, after.spans),
)

function cut(text: string, spans: readonly TokenSpan[] | undefined) {
  if (!spans) return text
  let position = 0
  const parts = spans.map(([length, kind], place) => {
    const part = text.slice(position, position + length)
    position += length
    return kind === 0 ? (
      part
    ) : (
      <span key={place} className={`token-${tokenKinds[kind] ?? 'plain'}`}>
        {part}
      </span>
    )
  })
  return position < text.length ? [...parts, text.slice(position)] : parts
}

function sameSpans(before: readonly TokenSpan[] | undefined, after: readonly TokenSpan[] | undefined): boolean {
  if (before === after) return true
  if (!before || !after || before.length !== after.length) return false
  return before.every((span, place) => span[0] === after[place]?.[0] && span[1] === after[place]?.[1])
}
