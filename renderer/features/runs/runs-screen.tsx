import { useEffect, useMemo, useRef, useState } from 'react'
import { Virtuoso, type VirtuosoHandle } from 'react-virtuoso'
import type { RunSummary } from '../../../shared/domain/run.ts'
import { runsPlace } from '../../state/places.ts'
import { usePool } from '../../state/pool-store.ts'
import { runsNow, type RunFilter } from '../../state/run-lists.ts'
import { Button } from '../../ui/button.tsx'
import { focusInRow, rowOfKey } from '../../ui/list-keys.ts'
import { PlaceTabs } from '../../ui/place-tabs.tsx'
import { useNow } from '../../ui/use-now.ts'
import { plural } from '../../words/figures.ts'
import { NewRunButton } from './new-run-button.tsx'
import { RunRow } from './run-row.tsx'
import { runsList, useRunsList } from './runs-list-store.ts'
import '../../ui/page.css'
import '../../ui/list-row.css'
import './runs.css'

/** All runs, the newest first. */
export function RunsScreen() {
  const isConnected = usePool((state) => state.connection === 'open')
  useEffect(() => {
    if (isConnected) runsList.refresh()
  }, [isConnected])
  const rows = useRows()
  const { hasOlder, loaded } = useRunsList()
  return (
    <main className="runs">
      <div className="page-head runs-head">
        <h1 className="sr-only">Runs</h1>
        <PlaceTabs place={runsPlace} current="runs" />
        <span className="figure runs-sum">
          {loaded && rows.length > 0 && `${plural(rows.length, 'run')}${hasOlder ? ' and more' : ''}`}
        </span>
        <NewRunButton />
      </div>
      <Filters />
      <Rows rows={rows} />
    </main>
  )
}

function useRows(): readonly RunSummary[] {
  const { items, hasOlder, filter } = useRunsList()
  const live = usePool((state) => state.runs)
  return useMemo(() => runsNow({ items, hasOlder }, live, filter), [items, hasOlder, live, filter])
}

const filters: readonly { value: RunFilter; label: string }[] = [
  { value: 'all', label: 'All' },
  { value: 'open', label: 'Open' },
  { value: 'needs-you', label: 'Needs you' },
  { value: 'done', label: 'Done' },
  { value: 'failed', label: 'Failed' },
  { value: 'cancelled', label: 'Cancelled' },
]

function Filters() {
  const filter = useRunsList((state) => state.filter)
  return (
    <fieldset aria-label="Which runs" className="runs-filters">
      {filters.map(({ value, label }) => (
        <button key={value} type="button" aria-pressed={filter === value} onClick={() => runsList.filter(value)}>
          {label}
        </button>
      ))}
    </fieldset>
  )
}

function Rows({ rows }: { rows: readonly RunSummary[] }) {
  const { loaded, problem, filter } = useRunsList()
  if (problem !== null && rows.length === 0) return <Problem text={problem} />
  if (loaded && rows.length === 0) return <Nothing filter={filter} />
  return <List key={filter} rows={rows} loaded={loaded} />
}

function List({ rows, loaded }: { rows: readonly RunSummary[]; loaded: boolean }) {
  const list = useRef<VirtuosoHandle>(null)
  const frame = useRef<HTMLDivElement>(null)
  const [cursor, setCursor] = useState(0)
  const now = useNow(rows.some(({ state }) => state === 'running'))
  const at = Math.min(cursor, Math.max(0, rows.length - 1))
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- the keys are those of the rows' buttons
    <div
      ref={frame}
      className="list-frame"
      aria-busy={!loaded}
      onKeyDown={(event) => {
        if (event.ctrlKey || event.metaKey || event.altKey) return
        const to = rowOfKey(event.key, at, rows.length)
        if (to === undefined) return
        event.preventDefault()
        const index = Math.max(0, Math.min(to, rows.length - 1))
        setCursor(index)
        list.current?.scrollIntoView({ index, done: () => focusInRow(frame.current, index, '.run-open') })
      }}
    >
      <Virtuoso
        ref={list}
        className="list-rows"
        data={rows}
        computeItemKey={(_, run) => run.id}
        fixedItemHeight={46}
        increaseViewportBy={300}
        endReached={runsList.older}
        itemContent={(index, run) => <RunRow run={run} index={index} isCursor={index === at} toCursor={setCursor} now={now} />}
        tabIndex={-1}
      />
    </div>
  )
}

function Problem({ text }: { text: string }) {
  return (
    <div className="page-empty" role="alert">
      <h2>Couldn’t load the runs</h2>
      <p>{text}</p>
      <Button onClick={runsList.refresh}>Try again</Button>
    </div>
  )
}

function Nothing({ filter }: { filter: RunFilter }) {
  if (filter !== 'all') {
    return (
      <div className="page-empty">
        <h2>Nothing here</h2>
        <p>Try removing the filter.</p>
        <Button onClick={() => runsList.filter('all')}>Show all</Button>
      </div>
    )
  }
  return (
    <div className="page-empty">
      <h2>No runs yet</h2>
      <p>A run does several prompts as one piece of work, with retries, limits and your approval where you want it.</p>
      <NewRunButton />
    </div>
  )
}
