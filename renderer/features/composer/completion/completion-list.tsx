import { AppWindow, AtSign, Bot, Bookmark, Check, File, Folder, MessageSquare, MessagesSquare, SquareSlash, type LucideIcon } from 'lucide-react'
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

/** What can be chosen, above the field. Only what is in sight is drawn. */
export function CompletionList({ completion }: { completion: Completion }) {
  const { isOpen, rows, options, active, note, label, listId, answers } = completion
  if (!isOpen) return <p className="sr-only" aria-live="polite" />
  const option = options[active]
  return (
    <div className="completion" data-answers={answers ?? undefined}>
      {options.length > 0 && <Rows key={label} rows={rows} option={option} completion={completion} listId={listId} />}
      {option?.detail && option.icon !== 'file' && option.icon !== 'folder' && (
        <p className="completion-detail" dir="auto">
          <VisibleText text={option.detail} />
        </p>
      )}
      {note && <p className="completion-note">{note}</p>}
      {options.length > 0 && (
        <p className="completion-keys" aria-hidden>
          <kbd>↑↓</kbd> select <kbd>↵</kbd> choose <kbd>Tab</kbd> {option?.drill === undefined ? 'complete' : 'open folder'} <kbd>Esc</kbd> close
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
    const wanted = scrolledTo(activeRow === 1 ? 0 : activeRow, { top: element.scrollTop, height: element.clientHeight || height, row: rowHeight })
    if (wanted !== element.scrollTop) element.scrollTop = wanted
    setTop(element.scrollTop)
  }, [activeRow, rows, height])
  const [first, last] = rowsInSight({ top, height, row: rowHeight, count: rows.length })
  const before = rows.slice(0, first).filter((row) => !('heading' in row)).length
  let place = before - 1
  return (
    <div ref={scroller} className="completion-scroller" style={{ height }} onScroll={(event) => setTop(event.currentTarget.scrollTop)}>
      <div role="listbox" id={listId} aria-label={label} style={{ height: rows.length * rowHeight, paddingTop: first * rowHeight }}>
        {rows.slice(first, last).map((row) => {
          if ('heading' in row) return <Heading key={`heading ${row.heading}`} text={row.heading} />
          place += 1
          const at = place
          return (
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
          )
        })}
      </div>
    </div>
  )
}

const Heading = memo(function Heading({ text }: { text: string }) {
  return (
    <div role="presentation" className="completion-heading">
      {text}
    </div>
  )
})

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
  const { icon, title, hint, detail, tag, group } = option
  const Icon = icons[icon]
  return (
    <div
      id={id}
      role="option"
      aria-selected={isActive}
      aria-posinset={place}
      aria-setsize={count}
      aria-label={[title, hint, tag ?? group, detail].filter(Boolean).join(', ').slice(0, 300)}
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
          <bdi>
            <VisibleText text={hint} />
          </bdi>
        </span>
      )}
      {detail && (
        <span className="completion-words">
          <bdi>
            <VisibleText text={detail.slice(0, 160)} />
          </bdi>
        </span>
      )}
      {tag && <span className="completion-tag">{tag}</span>}
    </div>
  )
}
