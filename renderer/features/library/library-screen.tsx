import { ArrowDown, ArrowUp, Download, Upload } from 'lucide-react'
import { useEffect, useRef, useState, type MouseEvent } from 'react'
import { Virtuoso, type VirtuosoHandle } from 'react-virtuoso'
import { useStore } from 'zustand'
import type { LibraryItem, LibrarySort } from '../../../shared/domain/library.ts'
import { usePool } from '../../state/pool-store.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { RightClickMenu } from '../../ui/menu.tsx'
import { formatBytes, plural } from '../../words/figures.ts'
import '../../ui/page.css'
import { itemEntries } from '../../commands/library-entries.ts'
import { LibraryFilters } from './library-filters.tsx'
import { GroupRow, ItemRow, PendingRow } from './library-row.tsx'
import { Selection } from './library-selection.tsx'
import { isFiltered, library, useLibrary, windows } from '../../state/library-store.ts'
import { useListKeys } from './use-list-keys.ts'
import '../../ui/list-row.css'
import './library.css'

/** All conversations ever had: found by what is known of them, opened, and put in order, one or many at once. */
export function LibraryScreen() {
  useKeptFresh()
  const total = useStore(windows.store, (state) => state.total)
  const messages = useStore(windows.store, (state) => state.messages)
  const bytes = useStore(windows.store, (state) => state.bytes)
  const loaded = useStore(windows.store, (state) => state.loaded)
  return (
    <main className="library">
      <div className="page-head library-head">
        <h1>Library</h1>
        <span className="figure library-sum">
          {loaded && `${plural(total, 'conversation')} · ${plural(messages, 'message')} · ${formatBytes(bytes)}`}
        </span>
        <span className="library-tools">
          <Button small onClick={() => ui.openDialog({ name: 'clean-up' })}>
            Clean up…
          </Button>
          <IconButton label="Import conversations" icon={Download} onClick={() => ui.openDialog({ name: 'import' })} />
          <IconButton label="Export all conversations" icon={Upload} onClick={() => ui.openDialog({ name: 'export', ids: null })} />
        </span>
      </div>
      <LibraryFilters />
      <Selection />
      <Heads />
      <Rows />
    </main>
  )
}

/** Reads the list when the screen opens and whenever the core says that it has changed. */
function useKeptFresh(): void {
  const revision = usePool((state) => state.libraryRevision)
  const connected = usePool((state) => state.connection === 'open')
  useEffect(() => {
    if (connected) windows.refresh()
  }, [revision, connected])
}

const columns: readonly { sort: LibrarySort | null; label: string; place: string }[] = [
  { sort: 'title', label: 'Conversation', place: 'title' },
  { sort: null, label: 'Instance', place: 'owner' },
  { sort: null, label: 'Folder', place: 'folder' },
  { sort: 'updated', label: 'When', place: 'when' },
  { sort: 'size', label: 'Size', place: 'size' },
  { sort: 'cost', label: 'Cost', place: 'cost' },
]

function Heads() {
  const { sort: current, order } = useLibrary((state) => state.query)
  const Arrow = order === 'desc' ? ArrowDown : ArrowUp
  return (
    <div className="list-row library-row library-heads">
      <span className="list-pick" />
      <span className="list-mark" />
      {columns.map(({ sort, label, place }) =>
        sort === null ? (
          <span key={place} className={`library-${place}`}>
            {label}
          </span>
        ) : (
          <span key={place} className={`library-${place}`}>
            <button
              type="button"
              aria-label={`Sort by ${label.toLowerCase()}${sort === current ? `, now ${order === 'desc' ? 'descending' : 'ascending'}` : ''}`}
              onClick={() => library.sortBy(sort)}
            >
              {label}
              {sort === current && <Arrow size={11} strokeWidth={2} aria-hidden />}
            </button>
          </span>
        ),
      )}
    </div>
  )
}

const rowHeight = 46

function Rows() {
  const rows = useStore(windows.store, (state) => state.layout.rows)
  const query = useStore(windows.store, (state) => state.query)
  const loaded = useStore(windows.store, (state) => state.loaded)
  const problem = useStore(windows.store, (state) => state.problem)
  if (problem !== null) return <Problem text={problem} />
  if (loaded && rows === 0) return <Nothing />
  // A list of another kind begins at its top.
  return <List key={JSON.stringify(query)} rows={rows} loaded={loaded} />
}

function List({ rows, loaded }: { rows: number; loaded: boolean }) {
  const list = useRef<VirtuosoHandle>(null)
  const frame = useRef<HTMLDivElement>(null)
  const [cursor, setCursor] = useState(0)
  const [pointed, setPointed] = useState<LibraryItem | null>(null)
  useListKeys({ list, frame, cursor, setCursor })
  const point = (event: MouseEvent) => {
    const item = itemAt(event.target)
    setPointed(item)
    // Heads of groups have no menu.
    if (item === null) event.preventDefault()
  }
  return (
    <RightClickMenu entries={pointed === null ? [] : itemEntries(pointed)}>
      <div ref={frame} className="list-frame" aria-busy={!loaded} onContextMenuCapture={point}>
        <Virtuoso
          ref={list}
          className="list-rows library-list"
          totalCount={rows}
          fixedItemHeight={rowHeight}
          increaseViewportBy={150}
          rangeChanged={({ startIndex, endIndex }) => windows.see(startIndex, endIndex)}
          itemContent={(index) => <Row index={index} isCursor={index === cursor} toCursor={setCursor} />}
          tabIndex={-1}
        />
      </div>
    </RightClickMenu>
  )
}

/** The row that a click is on; the menu is one for all of them, as a menu for each would cost more than the row. */
function itemAt(target: EventTarget): LibraryItem | null {
  const row = target instanceof Element ? target.closest('[data-index]') : null
  const found = row === null ? null : windows.row(Number(row.getAttribute('data-index')))
  return found?.kind === 'item' ? found.item : null
}

function Row({ index, isCursor, toCursor }: { index: number; isCursor: boolean; toCursor: (index: number) => void }) {
  // Rows come and go as the state of the windows changes.
  useStore(windows.store, (state) => state.pages)
  const row = windows.row(index)
  if (row === null) return <PendingRow />
  if (row.kind === 'group') return <GroupRow groupKey={row.key} count={row.count} />
  return <ItemRow item={row.item} index={index} isCursor={isCursor} toCursor={toCursor} />
}

function Problem({ text }: { text: string }) {
  return (
    <div className="page-empty" role="alert">
      <h2>Couldn’t load the list</h2>
      <p>{text}</p>
      <Button onClick={() => windows.refresh()}>Try again</Button>
    </div>
  )
}

function Nothing() {
  const query = useLibrary((state) => state.query)
  if (query.state === 'trash') {
    return (
      <div className="page-empty">
        <h2>The trash is empty</h2>
        <p>What you delete stays here for 30 days and can be restored.</p>
      </div>
    )
  }
  if (isFiltered(query)) {
    return (
      <div className="page-empty">
        <h2>No matches</h2>
        <p>Try removing a filter.</p>
        <Button onClick={library.clear}>Show all</Button>
      </div>
    )
  }
  return (
    <div className="page-empty">
      <h2>No conversations yet</h2>
      <p>Your conversations appear here, along with Claude Code’s own sessions.</p>
    </div>
  )
}
