import { ArrowDown } from 'lucide-react'
import { useEffect, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore, type RefObject } from 'react'
import { Virtuoso, type Components, type VirtuosoHandle } from 'react-virtuoso'
import { useStore } from 'zustand'
import type { Thread } from '../../state/thread.ts'
import { LiveRegion } from './live-region.tsx'
import { rowOfMessage } from './focus-row.ts'
import { RowView } from './row-view.tsx'
import type { ThreadRow } from './thread-row.ts'
import { freshSince, newestKey, RowNumbers, rowsAtFirst } from './row-window.ts'
import { useScrollMemory } from './scroll-memory.ts'
import { StickToEnd } from './stick-to-end.ts'
import { useThreadContext } from './thread-context.ts'
import { useThreadRows } from './use-thread-rows.ts'
import './thread.css'
import './thread-messages.css'
import './thread-tools.css'
import './thread-changes.css'
import './thread-ends.css'
import './thread-live.css'

type ListContext = { loadingOlder: boolean; hasOlder: boolean }

/** The messages of a conversation, of which only those in sight are drawn. Stays at the end while the reader is there. */
export function ThreadList({ thread }: { thread: Thread }) {
  const all = useThreadRows(thread)
  const generation = useStore(thread.store, (state) => state.generation)
  const asked = useAskedRow(thread, all)
  const rows = useFirstRows(all, generation, asked?.index ?? -1)
  const loadingOlder = useStore(thread.store, (state) => state.loadingOlder)
  const hasOlder = useStore(thread.store, (state) => typeof state.older === 'string')
  const [numbers] = useState(() => new RowNumbers())
  const firstIndex = useMemo(() => numbers.first(rows, generation), [numbers, rows, generation])
  const list = useRef<VirtuosoHandle>(null)
  const { stick, isAtEnd, lastSeen, element, scroller, setScroller } = useSticking(all)
  useScrollMemory(thread, { element, stick, rows: all })
  const newer = useStore(thread.store, (state) => state.newer)
  useKeptInSight(asked && { ...asked, index: rows.findIndex(({ key }) => key === asked.key) }, { list, stick, generation })
  const context = useMemo(() => ({ loadingOlder, hasOlder }), [loadingOlder, hasOlder])
  useEffect(() => stick.endsElsewhere(newer), [stick, newer])
  useLayoutEffect(() => {
    if (scroller.current) stick.begin(scroller.current, '.row[data-focus]', thread.store.getState().focus?.offset)
  }, [stick, scroller, generation, thread])
  const toLatest = () => {
    if (newer) return void thread.toLatest().then(stick.toEnd)
    list.current?.scrollToIndex({ index: 'LAST', align: 'end' })
    stick.toEnd()
    return undefined
  }
  return (
    <div className="thread" data-at-end={isAtEnd}>
      <Virtuoso<ThreadRow, ListContext>
        key={generation}
        ref={list}
        scrollerRef={(element) => setScroller(element instanceof HTMLElement ? element : null)}
        className="thread-scroller"
        data={rows}
        context={context}
        components={components}
        firstItemIndex={firstIndex}
        initialItemCount={rows.length}
        computeItemKey={(_index, row) => row.key}
        itemContent={(index, row) => (
          <Item row={row} before={rows[index - firstIndex - 1]?.kind} asked={row.key === asked?.key ? asked : null} />
        )}
        increaseViewportBy={{ top: 800, bottom: 400 }}
        minOverscanItemCount={{ top: 4, bottom: 2 }}
        followOutput={false}
        totalListHeightChanged={stick.follow}
        startReached={() => void (rows === all && thread.loadOlder())}
        endReached={() => void (rows === all && thread.loadNewer())}
        role="log"
        aria-label="Messages"
        aria-live="off"
        tabIndex={0}
      />
      <LiveRegion rows={all} />
      {!isAtEnd && (
        <JumpToLatest fresh={freshSince(all, lastSeen)} asks={all.slice(-2).some((row) => row.kind === 'approval')} onJump={toLatest} />
      )}
    </div>
  )
}

/** Follows the end of the list, and remembers what was the newest when the reader left it. */
function useSticking(rows: readonly ThreadRow[]) {
  const [stick] = useState(() => new StickToEnd())
  const [element, setElement] = useState<HTMLElement | null>(null)
  const scroller = useRef<HTMLElement | null>(null)
  const [lastSeen, setLastSeen] = useState<string | null>(null)
  const newest = useRef<string | null>(null)
  const isAtEnd = useSyncExternalStore(stick.subscribe, stick.isAtEnd)
  useEffect(() => {
    newest.current = newestKey(rows)
  }, [rows])
  useEffect(() => stick.subscribe(() => setLastSeen(newest.current)), [stick])
  useEffect(() => (element ? stick.attach(element) : undefined), [stick, element])
  const setScroller = (found: HTMLElement | null) => {
    scroller.current = found
    setElement(found)
  }
  return { stick, isAtEnd, lastSeen, element, scroller, setScroller }
}

/**
 * A list begins with a few rows, all drawn at once and seen at the right place with the first frame; the others come right behind it.
 * Left to itself, it looks for its place over some ten frames.
 */
function useFirstRows(all: readonly ThreadRow[], generation: number, asked: number): readonly ThreadRow[] {
  const [settled, setSettled] = useState(-1)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const frame = requestAnimationFrame(() => {
      timer = setTimeout(() => setSettled(generation))
    })
    return () => {
      cancelAnimationFrame(frame)
      clearTimeout(timer)
    }
  }, [generation])
  return useMemo(() => (settled === generation ? all : rowsAtFirst(all, asked, window.innerHeight)), [all, generation, asked, settled])
}

/** For so long after a message was asked for, it is kept in sight. */
const settleMs = 3_000
const settleEveryMs = 60

type Asked = { index: number; key: string; count: number; offset: number | undefined }

/** The row of the message that was asked for, unfolded. */
function useAskedRow(thread: Thread, rows: readonly ThreadRow[]): Asked | null {
  const focus = useStore(thread.store, (state) => state.focus)
  const messages = useStore(thread.store, (state) => state.messages)
  const { open } = useThreadContext()
  return useMemo(() => {
    const index = focus === null ? -1 : rowOfMessage(rows, messages, focus.messageId)
    const key = rows[index]?.key
    if (focus === null || key === undefined) return null
    // Before the row is drawn: it unfolds by this.
    if (focus.offset === undefined) open.set(key, true)
    return { index, key, count: focus.count, offset: focus.offset }
  }, [rows, messages, focus, open])
}

/** Brings the row that was asked for into sight, also when what stands around it changes its size. */
function useKeptInSight(
  asked: Asked | null,
  { list, stick, generation }: { list: RefObject<VirtuosoHandle | null>; stick: StickToEnd; generation: number },
): void {
  const { index = -1, key, count = 0, offset } = asked ?? {}
  const deadline = useRef({ count: 0, at: 0 })
  useEffect(() => {
    if (key === undefined || index < 0) return undefined
    if (deadline.current.count !== count) {
      deadline.current = { count, at: performance.now() + settleMs }
      stick.leave()
    }
    // Rows are measured as they are drawn, and older ones may come in at once: both push it away again.
    let steady = 0
    const timer = setInterval(() => {
      if (steady >= 4 || performance.now() > deadline.current.at || stick.isMovedByReader()) clearInterval(timer)
      else if (offset === undefined ? stick.shows('.row[data-focus]') : stick.stands('.row[data-focus]', offset)) steady += 1
      else if (offset !== undefined) list.current?.scrollToIndex({ index, align: 'start', offset: -offset })
      else list.current?.scrollToIndex({ index, align: 'center' })
    }, settleEveryMs)
    return () => clearInterval(timer)
  }, [count, key, index, offset, generation, list, stick])
}

function Item({ row, before, asked }: { row: ThreadRow; before: ThreadRow['kind'] | undefined; asked: Asked | null }) {
  const focus = asked === null ? undefined : asked.offset === undefined ? true : 'quiet'
  return (
    <div className="row" data-kind={row.kind} data-before={before ?? 'nothing'} data-focus={focus} data-key={row.key}>
      <RowView key={focus === true ? asked?.count : 0} row={row} />
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
      {asks ? 'Claude is waiting for you' : fresh > 0 ? `Jump to latest · ${fresh} new` : 'Jump to latest'}
    </button>
  )
}
