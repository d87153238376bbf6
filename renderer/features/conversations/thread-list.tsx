import { ArrowDown } from 'lucide-react'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { Virtuoso, type Components, type VirtuosoHandle } from 'react-virtuoso'
import { useStore } from 'zustand'
import type { Thread } from '../../state/thread.ts'
import { LiveRegion } from './live-region.tsx'
import { RowView } from './row-view.tsx'
import type { ThreadRow } from './thread-row.ts'
import { useStick } from './use-stick.ts'
import { useFirstIndex, useThreadRows } from './use-thread-rows.ts'
import './thread.css'

type ListContext = { loadingOlder: boolean; hasOlder: boolean }

/** The messages of a conversation, of which only those in sight are drawn. Stays at the end while the reader is there. */
export function ThreadList({ thread }: { thread: Thread }) {
  const rows = useThreadRows(thread)
  const generation = useStore(thread.store, (state) => state.generation)
  const loadingOlder = useStore(thread.store, (state) => state.loadingOlder)
  const hasOlder = useStore(thread.store, (state) => typeof state.older === 'string')
  const firstIndex = useFirstIndex(rows, generation)
  const list = useRef<VirtuosoHandle>(null)
  const scroller = useRef<HTMLElement | null>(null)
  const [ready, setReady] = useState(false)
  const stick = useStick(scroller, ready)
  const setScroller = useCallback((element: HTMLElement | Window | null) => {
    scroller.current = element instanceof HTMLElement ? element : null
    setReady(scroller.current !== null)
  }, [])
  const context = useMemo(() => ({ loadingOlder, hasOlder }), [loadingOlder, hasOlder])
  const fresh = useFreshCount(rows, stick.isAtEnd)
  const toLatest = () => {
    list.current?.scrollToIndex({ index: 'LAST', align: 'end' })
    stick.toEnd()
  }
  return (
    <div className="thread" data-at-end={stick.isAtEnd}>
      <Virtuoso<ThreadRow, ListContext>
        key={generation}
        ref={list}
        scrollerRef={setScroller}
        className="thread-scroller"
        data={rows}
        context={context}
        components={components}
        firstItemIndex={firstIndex}
        initialTopMostItemIndex={{ index: 'LAST', align: 'end' }}
        computeItemKey={(_index, row) => row.key}
        itemContent={(index, row) => <Item row={row} before={rows[index - firstIndex - 1]?.kind} />}
        increaseViewportBy={{ top: 800, bottom: 400 }}
        minOverscanItemCount={{ top: 4, bottom: 2 }}
        followOutput={false}
        totalListHeightChanged={stick.follow}
        startReached={() => void thread.loadOlder()}
        role="log"
        aria-label="Messages"
        aria-live="off"
        tabIndex={0}
      />
      <LiveRegion rows={rows} />
      {!stick.isAtEnd && <JumpToLatest fresh={fresh} asks={rows.at(-1)?.kind === 'approval' || rows.at(-2)?.kind === 'approval'} onJump={toLatest} />}
    </div>
  )
}

function Item({ row, before }: { row: ThreadRow; before: ThreadRow['kind'] | undefined }) {
  return (
    <div className="row" data-kind={row.kind} data-before={before ?? 'nothing'}>
      <RowView row={row} />
    </div>
  )
}

const components: Components<ThreadRow, ListContext> = {
  Header: ({ context }) => (
    <div className="thread-head">{context.loadingOlder ? 'Loading earlier messages…' : context.hasOlder ? '' : null}</div>
  ),
  Footer: () => <div className="thread-foot" />,
}

function JumpToLatest({ fresh, asks, onJump }: { fresh: number; asks: boolean; onJump: () => void }) {
  return (
    <button type="button" className={asks ? 'jump jump-asks' : 'jump'} onClick={onJump}>
      <ArrowDown size={14} strokeWidth={1.75} aria-hidden />
      {asks ? 'Claude asks you something' : fresh > 0 ? `Jump to latest · ${fresh} new` : 'Jump to latest'}
    </button>
  )
}

/** How much has come since the reader left the end: whatever has words of its own counts. */
function useFreshCount(rows: readonly ThreadRow[], isAtEnd: boolean): number {
  const [lastSeen, setLastSeen] = useState<string | null>(null)
  const newest = rows.findLast(isCounted)?.key ?? null
  useEffect(() => {
    if (isAtEnd) setLastSeen(newest)
  }, [isAtEnd, newest])
  return useMemo(() => {
    if (isAtEnd || lastSeen === null) return 0
    const place = rows.findLastIndex((row) => row.key === lastSeen)
    return place < 0 ? 0 : rows.slice(place + 1).filter(isCounted).length
  }, [rows, isAtEnd, lastSeen])
}

function isCounted(row: ThreadRow): boolean {
  return row.kind === 'text' || row.kind === 'tool' || row.kind === 'approval' || row.kind === 'user'
}
