import { ChevronsUpDown, Undo2 } from 'lucide-react'
import { memo, type PointerEvent } from 'react'
import { useCalm } from '../../tools/diff/calm.ts'
import { DiffLineContent } from '../../tools/diff/diff-line.tsx'
import { firstLines, numbered, type DiffRow, type NumberedLine } from '../../tools/diff/diff-rows.ts'
import { VisibleText } from '../../ui/visible-text.tsx'
import { clippedWords } from '../../words/clip-text.ts'
import { plural } from '../../words/figures.ts'
import { ShareBox } from './share-box.tsx'
import { isChosen, shareOf } from './choice.ts'
import { CommentRow } from './comment-row.tsx'
import { useDiffContext } from './diff-context.ts'
import { PassingLine } from './passing-line.tsx'
import type { TextRow } from './text-rows.ts'

type RowProps = { row: TextRow; index: number; selected: boolean }

/** One row of a file's difference. */
export const TextRowView = memo(function TextRowView({ row, index, selected }: RowProps) {
  switch (row.type) {
    case 'hunk':
      return <HunkHead row={row} />
    case 'tail':
      return <Fold gap={null} hidden={row.hidden} />
    case 'comment':
      return <CommentRow comment={row.comment} stale={row.stale} />
    case 'line':
      return <UnifiedLine line={row.line} index={index} selected={selected} />
    case 'pair':
      return <SplitLine row={row} index={index} selected={selected} />
  }
})

function HunkHead({ row }: { row: Extract<DiffRow, { type: 'hunk' }> }) {
  const { hunks, choice, canChoose, isWhole, choose, takeBack } = useDiffContext()
  const hunk = hunks[row.hunk]
  if (hunk === undefined) return null
  const changed = () => numbered(hunk, row.hunk).filter(({ kind }) => kind !== 'same')
  const [, from] = firstLines(hunk)
  const to = from + Math.max(0, hunk.newLines - 1)
  const name = from === to ? `line ${from}` : `lines ${from}–${to}`
  return (
    <>
      {row.hidden > 0 && <Fold gap={row.hunk} hidden={row.hidden} />}
      <div className="hunk-head">
        {canChoose && (
          <ShareBox
            share={shareOf(choice, typeof choice === 'string' ? [] : changed())}
            label={`Commit the change at ${name}`}
            onChange={(on) => choose(changed(), on)}
          />
        )}
        <h3>
          {`L${name.slice(1)}`}
          {hunk.section !== '' && (
            <span className="hunk-section" dir="ltr">
              <VisibleText text={clippedWords(hunk.section, 160)} />
            </span>
          )}
        </h3>
        <button
          type="button"
          className="hunk-act"
          title={`Take back the change at ${name}`}
          aria-label={`Take back the change at ${name}`}
          disabled={!isWhole}
          onClick={() => takeBack(changed())}
        >
          <Undo2 size={13} strokeWidth={1.75} aria-hidden />
          Take back
        </button>
      </div>
    </>
  )
}

/** Lines that are not shown, and what shows them. `gap`: before the hunk of that place; null: behind the last. */
function Fold({ gap, hidden }: { gap: number | null; hidden: number | null }) {
  const { openGap, opening, hunks } = useDiffContext()
  const words = hidden === null ? 'Show the rest of the file' : `Show ${plural(hidden, 'line')}`
  if (hidden === 0) return null
  return (
    <button type="button" className="diff-fold" disabled={opening} onClick={() => openGap(gap ?? hunks.length)}>
      <ChevronsUpDown size={13} strokeWidth={1.75} aria-hidden />
      {words}
    </button>
  )
}

function UnifiedLine({ line, index, selected }: { line: NumberedLine; index: number; selected: boolean }) {
  const isCalm = useCalm(selected)
  if (!isCalm) return <PassingLine line={line} className="unified-row" numbers={[line.old, line.now]} />
  return (
    <div className={`unified-row diff-${line.kind}`} data-selected={selected} data-kind={line.kind}>
      <LineBox line={line} />
      <Numbers line={line} index={index} first={line.old} second={line.now} />
      <Code line={line} />
    </div>
  )
}

function SplitLine({ row, index, selected }: RowProps & { row: Extract<DiffRow, { type: 'pair' }> }) {
  const isCalm = useCalm(selected)
  return (
    <div className="split-row" data-selected={selected}>
      <SplitSide line={row.left} side="old" index={index} isCalm={isCalm} />
      <SplitSide line={row.right} side="now" index={index} isCalm={isCalm} />
    </div>
  )
}

type SplitSideProps = { line: NumberedLine | null; side: 'old' | 'now'; index: number; isCalm: boolean }

function SplitSide({ line, side, index, isCalm }: SplitSideProps) {
  if (line === null) return <div className="split-side split-nothing" />
  if (!isCalm) return <PassingLine line={line} className="split-side" numbers={[line[side]]} />
  return (
    <div className={`split-side diff-${line.kind}`} data-kind={line.kind}>
      <LineBox line={line} />
      <Numbers line={line} index={index} first={line[side]} />
      <Code line={line} />
    </div>
  )
}

function LineBox({ line }: { line: NumberedLine }) {
  const { canChoose, choice, choose } = useDiffContext()
  if (!canChoose || line.kind === 'same') return null
  return (
    <span className="line-box">
      <input
        type="checkbox"
        tabIndex={-1}
        aria-label={`Commit ${nameOf(line)}`}
        checked={isChosen(choice, line)}
        onChange={(event) => choose([line], event.target.checked)}
      />
    </span>
  )
}

type NumbersProps = { line: NumberedLine; index: number; first: number | null; second?: number | null }

/** Two numbers are drawn, not written: the label says them, and both in one word would say something else. */
function Numbers({ line, index, first, second }: NumbersProps) {
  const { point } = useDiffContext()
  const start = (event: PointerEvent<HTMLButtonElement>) => {
    if (event.button !== 0) return
    // Else the rows that are dragged over would not hear of it.
    event.currentTarget.releasePointerCapture(event.pointerId)
    point(index, event.shiftKey ? 'extend' : 'start')
  }
  return (
    <button
      type="button"
      className="line-numbers"
      aria-label={`Select ${nameOf(line)}`}
      tabIndex={-1}
      data-first={second === undefined ? undefined : (first ?? '')}
      data-second={second === undefined ? undefined : (second ?? '')}
      onPointerDown={start}
      onPointerEnter={(event) => event.buttons === 1 && point(index, 'extend')}
      // A screen reader's click is none of a pointer.
      onClick={(event) => event.detail === 0 && point(index, 'start')}
    >
      {second === undefined ? first : null}
    </button>
  )
}

function Code({ line }: { line: NumberedLine }) {
  const { colouredOf, search } = useDiffContext()
  return (
    <div className="line-code" dir="ltr">
      <DiffLineContent
        kind={line.kind}
        text={line.text}
        mate={line.mate}
        open={line.open}
        lines={colouredOf(line.hunk)}
        place={line.hunk === -1 ? (line.now ?? 1) - 1 : line.place}
        search={search}
      />
    </div>
  )
}

function nameOf({ kind, old, now }: NumberedLine): string {
  return kind === 'removed' ? `removed line ${old}` : kind === 'added' ? `added line ${now}` : `line ${now}`
}
