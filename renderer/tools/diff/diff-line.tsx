import { memo, useMemo } from 'react'
import { foundIn } from './line-pieces.ts'
import { useLineColours, type ColouredLines } from './diff-colours.ts'
import type { LineKind } from './diff-rows.ts'
import { LineText, type LineTextProps } from './line-text.tsx'
import { wordMarks } from './word-marks.ts'

const signs: Record<LineKind, string> = { same: ' ', added: '+', removed: '−' }
const words: Record<LineKind, string> = { same: '', added: 'added: ', removed: 'removed: ' }

export type DiffLineProps = {
  kind: LineKind
  text: string
  /** The line that took its place, or whose place it took. */
  mate: string | null
  /** The last line of its side, and no line end follows. */
  open?: boolean
  lines: ColouredLines
  /** Its place among `lines`. */
  place: number
  /** What is searched for. */
  search?: string
}

/** What a line of a difference says, behind its sign: the same in the thread, in an approval and among changes. */
export const DiffLineContent = memo(function DiffLineContent({ kind, text, mate, open = false, lines, place, search = '' }: DiffLineProps) {
  const marks = useMemo(() => {
    if (mate === null || kind === 'same') return undefined
    return kind === 'removed' ? wordMarks(text, mate)?.before : wordMarks(mate, text)?.after
  }, [kind, text, mate])
  const found = useMemo(() => (search === '' ? undefined : foundIn(text, search)), [text, search])
  return (
    <>
      <span aria-hidden className="diff-sign">
        {signs[kind]}
      </span>
      {kind !== 'same' && <span className="sr-only">{words[kind]}</span>}
      <ColouredText text={text} lines={lines} place={place} words={marks} found={found} />
      {open && <span className="diff-open"> no line break at the end</span>}
    </>
  )
})

type ColouredTextProps = Omit<LineTextProps, 'spans'> & { lines: ColouredLines; place: number }

function ColouredText({ lines, place, ...rest }: ColouredTextProps) {
  return <LineText {...rest} spans={useLineColours(lines, place)} />
}
