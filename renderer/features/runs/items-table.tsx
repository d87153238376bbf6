import { RotateCcw, Search } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { Virtuoso, type VirtuosoHandle } from 'react-virtuoso'
import { useStore } from 'zustand'
import type { ItemCounts, Run, RunItem, RunStep, StepState } from '../../../shared/domain/run.ts'
import { attempt } from '../../commands/attempt.ts'
import { client } from '../../connection/connection.ts'
import { ui } from '../../state/ui-store.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { focusInRow, rowOfKey } from '../../ui/list-keys.ts'
import { RunMark } from '../../ui/run-mark.tsx'
import { useNow } from '../../ui/use-now.ts'
import { errorWords } from '../../words/error-words.ts'
import { formatCost } from '../../words/figures.ts'
import { countsOf, itemsWords, runStateWords } from '../../words/run-words.ts'
import { ItemWindows, type ItemQuery } from './item-windows.ts'
import { stepTook } from './step-words.ts'
import '../../ui/list-row.css'

type ItemsTableProps = { run: Run; step: RunStep; items: ItemCounts }

const rowHeight = 46
const mostRows = 9
/** While it runs the rows in view are read again so often. */
const refreshMs = 500

/** The parts of a fan-out: by state and by words, however many they are. */
export function ItemsTable({ run, step, items }: ItemsTableProps) {
  const windows = useItems(run.id, step.id, items)
  const { query, rows, loaded, problem } = useStore(windows.store)
  return (
    <section className="step-part items" aria-label="Items">
      <h3>Items</h3>
      <p className="run-note figure">{itemsWords(items)}</p>
      {items.total > 0 && <progress className="items-progress" max={items.total} value={endedOf(items)} aria-label="Items finished" />}
      <ItemFilters items={items} query={query} onQuery={(next) => windows.show(next)} />
      {problem !== null && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      {loaded && rows === 0 && problem === null && <p className="run-note">No matches. Try removing a filter.</p>}
      <List key={`${query.state} ${query.q}`} windows={windows} rows={rows} runId={run.id} stepId={step.id} />
    </section>
  )
}

function endedOf({ total, waiting, running, needsYou }: ItemCounts): number {
  return total - waiting - running - needsYou
}

function useItems(runId: string, stepId: string, items: ItemCounts): ItemWindows {
  const [windows] = useState(
    () =>
      new ItemWindows(
        items.total,
        ({ state, q }, place) =>
          client.runs.items({ id: runId, step: stepId, ...place, ...(state === 'all' ? {} : { state }), ...(q === '' ? {} : { q }) }),
        errorWords,
      ),
  )
  const counts = Object.values(items).join(' ')
  const next = useRef<{ at: number; timer: ReturnType<typeof setTimeout> | undefined }>({ at: 0, timer: undefined })
  useEffect(() => {
    const state = next.current
    clearTimeout(state.timer)
    const read = () => {
      state.at = Date.now() + refreshMs
      windows.refresh(items.total)
    }
    state.timer = setTimeout(read, Math.max(0, state.at - Date.now()))
    return () => clearTimeout(state.timer)
  }, [windows, counts, items.total])
  return windows
}

const typingMs = 150

type ItemFiltersProps = { items: ItemCounts; query: ItemQuery; onQuery: (query: ItemQuery) => void }

function ItemFilters({ items, query, onQuery }: ItemFiltersProps) {
  const [typed, setTyped] = useState(query.q)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  const type = (words: string) => {
    setTyped(words)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => onQuery({ ...query, q: words.trim() }), typingMs)
  }
  return (
    <div className="items-filters">
      <label className="list-find">
        <Search size={14} strokeWidth={1.75} aria-hidden />
        <input
          type="search"
          placeholder="Item or error"
          aria-label="Filter items"
          value={typed}
          onChange={(event) => type(event.target.value)}
        />
      </label>
      <select
        className="input"
        aria-label="State of items"
        value={query.state}
        onChange={(event) => onQuery({ ...query, state: stateOf(event.target.value) })}
      >
        <option value="all">All</option>
        {countsOf(items).map(({ state, count }) => (
          <option key={state} value={state}>
            {runStateWords[state]} ({count.toLocaleString('en-US')})
          </option>
        ))}
      </select>
    </div>
  )
}

const itemStates: readonly StepState[] = ['waiting', 'running', 'needs-you', 'done', 'failed', 'skipped', 'cancelled']

function stateOf(value: string): ItemQuery['state'] {
  return itemStates.find((state) => state === value) ?? 'all'
}

type ListProps = { windows: ItemWindows; rows: number; runId: string; stepId: string }

function List({ windows, rows, runId, stepId }: ListProps) {
  const list = useRef<VirtuosoHandle>(null)
  const frame = useRef<HTMLDivElement>(null)
  const [cursor, setCursor] = useState(0)
  if (rows === 0) return null
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- the keys are those of the rows' buttons
    <div
      ref={frame}
      className="items-list"
      onKeyDown={(event) => {
        if (event.ctrlKey || event.metaKey || event.altKey) return
        const to = rowOfKey(event.key, cursor, rows)
        if (to === undefined) return
        event.preventDefault()
        const index = Math.max(0, Math.min(to, rows - 1))
        setCursor(index)
        list.current?.scrollIntoView({ index, done: () => focusInRow(frame.current, index, '.item-open') })
      }}
    >
      <Virtuoso
        ref={list}
        style={{ height: Math.min(mostRows, rows) * rowHeight }}
        totalCount={rows}
        fixedItemHeight={rowHeight}
        increaseViewportBy={200}
        rangeChanged={({ startIndex, endIndex }) => windows.see(startIndex, endIndex)}
        itemContent={(index) => (
          <Row windows={windows} index={index} isCursor={index === cursor} toCursor={setCursor} runId={runId} stepId={stepId} />
        )}
        tabIndex={-1}
      />
    </div>
  )
}

type RowProps = Omit<ListProps, 'rows'> & { index: number; isCursor: boolean; toCursor: (index: number) => void }

function Row({ windows, index, isCursor, toCursor, runId, stepId }: RowProps) {
  // Rows come and go as the state of the windows changes.
  useStore(windows.store, (state) => state.pages)
  const item = windows.row(index)
  const now = useNow(item?.state === 'running')
  if (item === null) {
    return (
      <div className="list-row" aria-hidden>
        <span className="list-pending" />
      </div>
    )
  }
  const { label, state, error, text, costUsd } = item
  const words = error?.message ?? text
  return (
    <div className="list-row item-row" data-item={item.index} data-index={index}>
      <span className="list-mark">
        <RunMark state={state} />
      </span>
      <button
        type="button"
        className="list-open item-open"
        tabIndex={isCursor ? 0 : -1}
        title={`${label}\n${words}`}
        aria-disabled={placeOf(item) === null}
        onFocus={() => toCursor(index)}
        onClick={() => open(item)}
      >
        <span>{label === '' ? `Item ${item.index + 1}` : label}</span>
        <small>
          {runStateWords[state]}
          {words === '' ? '' : ` · ${words.slice(0, 200)}`}
        </small>
      </button>
      <span className="figure">{[stepTook(item, now), costUsd > 0 ? formatCost(costUsd) : ''].filter(Boolean).join(' · ')}</span>
      {(state === 'failed' || state === 'needs-you') && (
        <IconButton
          label={`Retry item ${item.index + 1}`}
          icon={RotateCcw}
          size={14}
          onClick={() => attempt(client.runs.decide({ id: runId, step: stepId, decision: 'retry', index: item.index }))}
        />
      )}
    </div>
  )
}

function placeOf({ conversationId, runId }: RunItem): string | null {
  return runId ?? conversationId
}

function open({ conversationId, runId }: RunItem): void {
  if (runId !== null) ui.go({ name: 'run', id: runId })
  else if (conversationId !== null) ui.go({ name: 'conversation', id: conversationId })
}
