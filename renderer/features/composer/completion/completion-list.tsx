import {
  AppWindow,
  AtSign,
  Bot,
  Bookmark,
  Check,
  File,
  Folder,
  MessageSquare,
  MessagesSquare,
  SquareSlash,
  type LucideIcon,
} from 'lucide-react'
import { memo, useLayoutEffect, useRef, useState } from 'react'
import { VisibleText } from '../../../ui/visible-text.tsx'
import type { Option, OptionIcon, Row } from './option.ts'
import type { Completion } from './use-completion.ts'
import { rowsInSight, scrolledTo } from './window-rows.ts'
import './completion.css'

const icons: Record<OptionIcon, LucideIcon> = {
  command: SquareSlash,
  app: AppWindow,
  prompt: MessageSquare,
  file: File,
  folder: Folder,
  agent: Bot,
  instance: AtSign,
  conversation: MessagesSquare,
  checkpoint: Bookmark,
  choice: Check,
}

/** As in the styles. */
const rowHeight = 30
const mostHeight = 300
/** A longer description is shown whole below the list. */
const fitsInRow = 60

/** What can be chosen, above the field. Only what is in sight is drawn. */
export function CompletionList({ completion }: { completion: Completion }) {
  const { isOpen, rows, options, active, note, label, listId, answers } = completion
  if (!isOpen) return <p className="sr-only" aria-live="polite" />
  const option = options[active]
  return (
    <div className="completion" data-answers={answers ?? undefined}>
      {options.length > 0 && <Rows key={label} rows={rows} option={option} completion={completion} listId={listId} />}
      {option?.detail && option.detail.length > fitsInRow && option.icon !== 'file' && option.icon !== 'folder' && (
        <p className="completion-detail" dir="auto">
          <VisibleText text={option.detail} />
        </p>
      )}
      {note && <p className="completion-note">{note}</p>}
      {options.length > 0 && (
        <p className="completion-keys" aria-hidden>
          <kbd>↑↓</kbd> select <kbd>↵</kbd> choose <kbd>Tab</kbd> {option?.drill === undefined ? 'complete' : 'open folder'} <kbd>Esc</kbd>{' '}
          close
        </p>
      )}
      <p className="sr-only" aria-live="polite">
        {options.length === 0 ? note : `${options.length} ${options.length === 1 ? 'suggestion' : 'suggestions'}`}
      </p>
    </div>
  )
}

type RowsProps = { rows: readonly Row[]; option: Option | undefined; completion: Completion; listId: string }

function Rows({ rows, option, completion, listId }: RowsProps) {
  const { options, label, setActive, choose } = completion
  const scroller = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(0)
  const height = Math.min(mostHeight, rows.length * rowHeight)
  const activeRow = option === undefined ? 0 : rows.indexOf(option)
  useLayoutEffect(() => {
    const element = scroller.current
    if (!element) return
    // The first one comes with its heading.
    const wanted = scrolledTo(activeRow === 1 ? 0 : activeRow, {
      top: element.scrollTop,
      height: element.clientHeight || height,
      row: rowHeight,
    })
    if (wanted !== element.scrollTop) element.scrollTop = wanted
    setTop(element.scrollTop)
  }, [activeRow, rows, height])
  const [first, last] = rowsInSight({ top, height, row: rowHeight, count: rows.length })
  const drawn = placed(rows, first, last)
  return (
    <div ref={scroller} className="completion-scroller" style={{ height }} onScroll={(event) => setTop(event.currentTarget.scrollTop)}>
      {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a list whose options are drawn as they come into sight */}
      <div role="listbox" id={listId} aria-label={label} style={{ height: rows.length * rowHeight, paddingTop: first * rowHeight }}>
        {drawn.map(({ row, at }) =>
          'heading' in row ? (
            <Heading key={`heading ${row.heading}`} text={row.heading} />
          ) : (
            <OptionRow
              key={row.id}
              id={`${listId}-${at}`}
              option={row}
              isActive={row === option}
              place={at + 1}
              count={options.length}
              onPoint={() => row !== option && setActive(at)}
              onChoose={() => choose(row)}
            />
          ),
        )}
      </div>
    </div>
  )
}

/** The rows that are drawn, each with its place among the options. */
function placed(rows: readonly Row[], first: number, last: number): { row: Row; at: number }[] {
  const drawn: { row: Row; at: number }[] = []
  let at = -1
  for (const [index, row] of rows.slice(0, last).entries()) {
    if (!('heading' in row)) at += 1
    if (index >= first) drawn.push({ row, at })
  }
  return drawn
}

const Heading = memo(function Heading({ text }: { text: string }) {
  return (
    <div role="presentation" className="completion-heading">
      {text}
    </div>
  )
})

/** Between what is read aloud one after the other. */
function Pause() {
  return <span className="sr-only">, </span>
}

type OptionRowProps = {
  id: string
  option: Option
  isActive: boolean
  place: number
  count: number
  onPoint: () => void
  onChoose: () => void
}

function OptionRow({ id, option, isActive, place, count, onPoint, onChoose }: OptionRowProps) {
  const { icon, title, hint, detail, tag } = option
  const Icon = icons[icon]
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the field keeps the focus and takes the keys
    <div
      id={id}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- what stands in it is more than an option’s text
      role="option"
      tabIndex={-1}
      aria-selected={isActive}
      aria-posinset={place}
      aria-setsize={count}
      className="completion-option"
      data-icon={icon}
      onPointerMove={onPoint}
      // The field keeps the focus.
      onPointerDown={(event) => event.preventDefault()}
      onClick={onChoose}
    >
      <Icon size={14} strokeWidth={1.75} aria-hidden />
      <span className="completion-title">
        <bdi>
          <VisibleText text={title} />
        </bdi>
      </span>
      {hint && (
        <span className="completion-hint">
          <Pause />
          <bdi>
            <VisibleText text={hint} />
          </bdi>
        </span>
      )}
      {detail && (
        <span className="completion-words">
          <Pause />
          <bdi>
            <VisibleText text={detail.slice(0, 160)} />
          </bdi>
        </span>
      )}
      {tag && (
        <span className="completion-tag">
          <Pause />
          {tag}
        </span>
      )}
    </div>
  )
}
