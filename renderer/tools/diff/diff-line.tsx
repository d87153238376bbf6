import { memo, useMemo } from 'react'
import { useCalm } from './calm.ts'
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
  const isCalm = useCalm()
  const marks = useMemo(() => {
    if (mate === null || kind === 'same' || !isCalm) return undefined
    return kind === 'removed' ? wordMarks(text, mate)?.before : wordMarks(mate, text)?.after
  }, [kind, text, mate, isCalm])
  const found = useMemo(() => (search === '' ? undefined : foundIn(text, search)), [text, search])
  return (
    <>
      <span aria-hidden className="diff-sign">
        {signs[kind]}
      </span>
      {/* Words out of sight cost more to lay out than the line itself: what is only passed by needs none. */}
      {isCalm && kind !== 'same' && <span className="sr-only">{words[kind]}</span>}
      {isCalm ? (
        <ColouredText text={text} lines={lines} place={place} words={marks} found={found} />
      ) : (
        <LineText text={text} found={found} />
      )}
      {open && <span className="diff-open"> no line break at the end</span>}
    </>
  )
})

type ColouredTextProps = Omit<LineTextProps, 'spans'> & { lines: ColouredLines; place: number }

function ColouredText({ lines, place, ...rest }: ColouredTextProps) {
  return <LineText {...rest} spans={useLineColours(lines, place)} />
}
