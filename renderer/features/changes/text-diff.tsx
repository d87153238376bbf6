import { useImperativeHandle, useMemo, useRef, useState, type Ref } from 'react'
import type { VirtuosoHandle } from 'react-virtuoso'
import type { FileDiff } from '../../../shared/domain/changes.ts'
import { reviewComments, type ReviewComment } from '../../state/review-comments.ts'
import { toast } from '../../state/toasts.ts'
import { linesOfRow, type DiffLayout, type NumberedLine } from '../../tools/diff/diff-rows.ts'
import { focusInRow, rowOfKey } from '../../ui/list-keys.ts'
import { shareOf, withLines, type FileChoice } from './choice.ts'
import { DiffProvider, type DiffContextValue } from './diff-context.ts'
import type { DiffQuery } from './file-diffs.ts'
import { digitsOf } from './row-heights.ts'
import { SelectionBar } from './selection-bar.tsx'
import { TextList } from './text-list.tsx'
import { changedLinesOf, changeStarts, commentOn, lineWords, type TextRow } from './text-rows.ts'
import { useDiffRows } from './use-diff-rows.ts'
import { isField, useKeysWithin } from './use-keys-within.ts'
import { useKeptPlace } from './use-kept-place.ts'
import { useSelection } from './use-selection.ts'

/** Goes to the next change, or the one before; false where there is none further. */
export type DiffHandle = { step: (by: 1 | -1) => boolean }

type TextDiffProps = {
  ref: Ref<DiffHandle>
  query: DiffQuery
  diff: FileDiff
  layout: DiffLayout
  search: string
  comments: readonly ReviewComment[]
  choice: FileChoice
  canChoose: boolean
  onChoose: (choice: FileChoice) => void
  onTakeBack: (lines: readonly NumberedLine[]) => void
  /** A line to be shown first, or the first or last change, as somebody goes through all. */
  start: number | 'first' | 'last' | null
}

/** The difference of a text, line by line: however long it is, only what is in sight is drawn. */
export function TextDiff({ ref, ...props }: TextDiffProps) {
  const { query, diff, layout, search, comments, choice, canChoose, onChoose, onTakeBack, start } = props
  const { rows, colouredOf, openGap, opening } = useDiffRows({ query, diff, layout, comments })
  const list = useRef<VirtuosoHandle>(null)
  const frame = useRef<HTMLDivElement>(null)
  const [writing, setWriting] = useState<string | null>(null)
  const selection = useSelection(rows)
  const place = useKeptPlace(list, rows)
  const all = useMemo(() => changedLinesOf(diff), [diff])
  const { point, clear, range, cursor, lines } = selection
  const first = useMemo(() => placeToStart(rows, start), [rows, start])
  const digits = useMemo(() => digitsOf(rows), [rows])
  const choose = (some: readonly NumberedLine[], on: boolean) => onChoose(withLines(choice, { version: diff.version, all }, some, on))
  const comment = () => {
    const draft = commentOn(diff.path, lines)
    if (draft === null) return
    const id = reviewComments.add(query.id, draft)
    if (id === null) return toast('There are 200 comments already. Send them before you write more.', 'warning')
    setWriting(id)
    return clear()
  }
  const changed = lines.filter(({ kind }) => kind !== 'same')
  const toggle = () => changed.length > 0 && canChoose && choose(changed, shareOf(choice, changed) !== 'all')
  const takeBack = () => changed.length > 0 && onTakeBack(changed)
  const show = (index: number, how: 'start' | 'extend') => {
    point(index, how)
    list.current?.scrollIntoView({ index, done: () => focusInRow(frame.current, index, '.line-numbers') })
  }
  useImperativeHandle(ref, () => ({
    step: (by) => {
      const starts = changeStarts(rows)
      const from = cursor >= 0 ? (range?.[0] ?? cursor) : place.first() - (by > 0 ? 1 : 0)
      const to = by > 0 ? starts.find((at) => at > from) : starts.findLast((at) => at < from)
      if (to === undefined) return false
      show(to, 'start')
      return true
    },
  }))
  useKeysWithin(frame, (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isField(event.target)) return
    const to = rowOfKey(event.key, cursor < 0 ? place.first() : cursor, rows.length)
    const acts: Record<string, () => unknown> = { c: comment, x: toggle, u: takeBack, Escape: clear }
    const act = lines.length > 0 ? acts[event.key] : undefined
    if (to === undefined && act === undefined) return
    event.preventDefault()
    if (act) act()
    else if (to !== undefined) show(lineNear(rows, to, cursor), event.shiftKey ? 'extend' : 'start')
  })
  const value: DiffContextValue = {
    conversationId: query.id,
    hunks: diff.hunks,
    colouredOf,
    search,
    digits,
    choice,
    canChoose,
    isWhole: diff.nextLine === null,
    choose,
    takeBack: onTakeBack,
    openGap,
    opening,
    point,
    writing,
    setWriting,
  }
  return (
    <DiffProvider value={value}>
      <TextList
        list={list}
        frame={frame}
        label={`Changed lines of ${diff.path}`}
        rows={rows}
        layout={layout}
        digits={digits}
        range={range}
        first={first}
        onSee={place.see}
      />
      {lines.length > 0 && (
        <SelectionBar
          words={lineWords(lines)}
          share={canChoose && changed.length > 0 ? shareOf(choice, changed) : null}
          onComment={comment}
          onToggle={toggle}
          onTakeBack={changed.length > 0 ? takeBack : null}
          onClear={clear}
        />
      )}
    </DiffProvider>
  )
}

/** The row of a line that stands at a row or near it, in the direction of the way there. */
function lineNear(rows: readonly TextRow[], to: number, from: number): number {
  const isLine = (at: number) => rows[at]?.type === 'line' || rows[at]?.type === 'pair'
  const by = to < from ? -1 : 1
  const wanted = Math.max(0, Math.min(rows.length - 1, to))
  for (let at = wanted; at >= 0 && at < rows.length; at += by) if (isLine(at)) return at
  for (let at = wanted; at >= 0 && at < rows.length; at -= by) if (isLine(at)) return at
  return wanted
}

function placeToStart(rows: readonly TextRow[], start: TextDiffProps['start']): number | { index: number; align: 'center' } {
  if (start === null) return 0
  const at =
    typeof start === 'number'
      ? rows.findIndex((row) => row.type !== 'comment' && linesOfRow(row).some(({ now }) => now !== null && now >= start))
      : start === 'first'
        ? 0
        : changeStarts(rows).at(-1)
  return at === undefined || at <= 0 ? 0 : { index: at, align: 'center' }
}
