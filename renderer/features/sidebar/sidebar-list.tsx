import { ChevronDown, ChevronRight, ListFilter, Plus, X } from 'lucide-react'
import { createContext, use, useEffect, useMemo, useRef, useState } from 'react'
import { Virtuoso } from 'react-virtuoso'
import { connection } from '../../connection/connection.ts'
import { loadOlderConversations } from '../../state/pool-feed.ts'
import { usePool } from '../../state/pool-store.ts'
import { useSeen } from '../../state/seen-store.ts'
import { useUi } from '../../state/ui-store.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { beginConversation } from '../../commands/begin-conversation.ts'
import { attempt } from '../../commands/instance-actions.ts'
import { ConversationRow } from './conversation-row.tsx'
import { InstanceRow } from './instance-row.tsx'
import { activeConversations, inHeldOrder, sidebarRows, type SidebarRow } from './sidebar-rows.ts'

type ListState = { folded: boolean; fold: () => void; filter: string | null; setFilter: (filter: string | null) => void }

const ListContext = createContext<ListState | null>(null)

/** All instances and conversations as one list; only what can be seen of it is drawn. */
export function SidebarList() {
  const [folded, setFolded] = useState(false)
  const [filter, setFilter] = useState<string | null>(null)
  const [held, setHeld] = useState<readonly string[] | null>(null)
  const rows = useRows(folded, filter ?? '', held)
  useOlderWhile(filter !== null && filter.trim() !== '')
  const list = useMemo(() => ({ folded, fold: () => setFolded(!folded), filter, setFilter }), [folded, filter])
  return (
    <ListContext value={list}>
      <Virtuoso
        className="sidebar-list"
        data={rows}
        computeItemKey={(_, row) => keyOf(row)}
        increaseViewportBy={200}
        endReached={() => attempt(loadOlderConversations(connection))}
        itemContent={(_, row) => <Row row={row} />}
        tabIndex={-1}
        // What is pointed at stays where it is, however much happens meanwhile.
        onPointerEnter={() => setHeld(activeConversations(usePool.getState().conversations).map(({ id }) => id))}
        onPointerLeave={() => setHeld(null)}
      />
    </ListContext>
  )
}

function useRows(folded: boolean, filter: string, held: readonly string[] | null): SidebarRow[] {
  const instances = usePool((state) => state.instances)
  const all = usePool((state) => state.conversations)
  const conversations = useMemo(() => {
    const newest = activeConversations(all)
    return held === null ? newest : inHeldOrder(newest, held)
  }, [all, held])
  const approvals = usePool((state) => state.approvals)
  const more = usePool((state) => state.olderConversations !== null)
  const seen = useSeen()
  return useMemo(
    () => sidebarRows({ instances, conversations, approvals, seen, more, folded, filter }),
    [instances, conversations, approvals, seen, more, folded, filter],
  )
}

/** Titles are looked for in all conversations, so all are fetched, page after page. */
function useOlderWhile(wanted: boolean): void {
  const cursor = usePool((state) => state.olderConversations)
  useEffect(() => {
    if (wanted && cursor !== null) attempt(loadOlderConversations(connection))
  }, [wanted, cursor])
}

function Row({ row }: { row: SidebarRow }) {
  const screen = useUi((state) => state.screen)
  const home = usePool((state) => state.health?.platform.home ?? null)
  const instanceId = usePool(({ conversations }) => {
    if (screen.name === 'conversation') return conversations.get(screen.id)?.instanceId ?? null
    return screen.name === 'instance' ? screen.id : null
  })
  switch (row.kind) {
    case 'instances':
      return <InstancesHead row={row} />
    case 'instance':
      return <InstanceRow instance={row.instance} unread={row.unread} current={instanceId === row.instance.id} home={home} />
    case 'conversations':
      return <ConversationsHead row={row} />
    case 'conversation': {
      const current = screen.name === 'conversation' && screen.id === row.conversation.id
      const { conversation, instanceName, note, unread } = row
      return <ConversationRow conversation={conversation} instanceName={instanceName} note={note} unread={unread} current={current} />
    }
    case 'empty':
      return <p className="sidebar-empty">{row.text}</p>
  }
}

function InstancesHead({ row: { count, memoryMb } }: { row: Extract<SidebarRow, { kind: 'instances' }> }) {
  const list = use(ListContext)
  const Fold = list?.folded ? ChevronRight : ChevronDown
  return (
    <div className="sidebar-section">
      <button type="button" aria-expanded={!list?.folded} onClick={list?.fold}>
        Instances
        <Fold size={12} strokeWidth={1.75} aria-hidden />
      </button>
      <span className="figure">{count > 0 && `${count}${memoryMb > 0 ? ` · ${memoryMb} MB` : ''}`}</span>
    </div>
  )
}

function ConversationsHead({ row: { count, more } }: { row: Extract<SidebarRow, { kind: 'conversations' }> }) {
  const list = use(ListContext)
  if (!list) return null
  if (list.filter !== null) return <FilterField filter={list.filter} setFilter={list.setFilter} />
  return (
    <div className="sidebar-section">
      <span>Conversations</span>
      <span className="sidebar-section-end">
        <span className="figure">{count > 0 && `${count}${more ? '+' : ''}`}</span>
        {count > 0 && (
          <IconButton
            className="icon-button section-icon"
            label="Search titles"
            icon={ListFilter}
            size={13}
            onClick={() => list.setFilter('')}
          />
        )}
        <IconButton className="icon-button section-icon" label="New conversation" icon={Plus} size={14} onClick={beginConversation} />
      </span>
    </div>
  )
}

function FilterField({ filter, setFilter }: Pick<ListState, 'setFilter'> & { filter: string }) {
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => input.current?.focus(), [])
  return (
    <div className="sidebar-filter">
      <input
        ref={input}
        className="input"
        aria-label="Search titles"
        placeholder="Filter by title"
        value={filter}
        onChange={(event) => setFilter(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && setFilter(null)}
      />
      <IconButton className="icon-button section-icon" label="Show all conversations" icon={X} size={13} onClick={() => setFilter(null)} />
    </div>
  )
}

function keyOf(row: SidebarRow): string {
  if (row.kind === 'instance') return row.instance.id
  if (row.kind === 'conversation') return row.conversation.id
  return row.kind === 'empty' ? row.text : row.kind
}
