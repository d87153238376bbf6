import { FolderTree, ListFilter, Plus, X } from 'lucide-react'
import { memo, useCallback, useEffect, useRef, useState } from 'react'
import { Virtuoso, type VirtuosoHandle } from 'react-virtuoso'
import { attempt } from '../../commands/attempt.ts'
import { beginConversation } from '../../commands/begin-conversation.ts'
import { conversationEntries } from '../../commands/conversation-entries.ts'
import { connection } from '../../connection/connection.ts'
import { loadOlderConversations } from '../../state/pool-feed.ts'
import { usePool } from '../../state/pool-store.ts'
import { isUnread, useSeen } from '../../state/seen-store.ts'
import { sidebar, useSidebar } from '../../state/sidebar-store.ts'
import { ui } from '../../state/ui-store.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { useListMenu } from '../../ui/list-menu.tsx'
import type { MenuEntry } from '../../ui/menu.tsx'
import { ConversationRow } from './conversation-row.tsx'
import { emptyWords, noteOf, type ConversationListRow } from './conversation-rows.ts'
import { GroupHead } from './group-head.tsx'
import { rowPixels } from './row-height.ts'
import { useConversationRows, useOlderWhile } from './use-conversation-rows.ts'
import { useOpened } from './use-opened.ts'
import { useShownRow } from './use-shown-row.ts'

/** So few lines leave more than half of the room to the instances. */
const few = 6

/** All conversations, pinned ones first, below their projects or the newest first; only what can be seen of them is drawn. */
export function ConversationList() {
  const [filter, setFilter] = useState<string | null>(null)
  const list = useRef<VirtuosoHandle>(null)
  const words = filter ?? ''
  const { rows, count, asking, handlers } = useConversationRows(words)
  const more = usePool((state) => state.olderConversations !== null)
  const { conversationId } = useOpened()
  useOlderWhile(words.trim() !== '')
  const drawn = useCallback(
    (_: number, row: ConversationListRow) => <Row row={row} asks={row.kind === 'conversation' && asking.has(row.conversation.id)} />,
    [asking],
  )
  const { rangeChanged } = useShownRow(list, conversationId, () =>
    rows.findIndex((row) => row.kind === 'conversation' && row.conversation.id === conversationId),
  )
  const { menu, handlers: menuHandlers } = useListMenu(conversationMenu)
  return (
    <section className="sidebar-conversations" aria-label="Conversation list" data-few={rows.length <= few} {...menuHandlers}>
      {filter === null ? (
        <Head count={count} more={more} onFilter={() => setFilter('')} />
      ) : (
        <FilterField filter={filter} setFilter={setFilter} />
      )}
      {rows.length === 0 && <p className="sidebar-empty">{emptyWords(words, more)}</p>}
      <Virtuoso
        ref={list}
        className="sidebar-list"
        data={rows}
        fixedItemHeight={rowPixels}
        computeItemKey={keyAt}
        increaseViewportBy={140}
        endReached={loadOlder}
        itemContent={drawn}
        tabIndex={-1}
        rangeChanged={rangeChanged}
        {...handlers}
      />
      {menu}
    </section>
  )
}

const Row = memo(function OneRow({ row, asks }: { row: ConversationListRow; asks: boolean }) {
  switch (row.kind) {
    case 'pins':
      return <GroupHead foldKey={row.key} name="Pinned" folded={row.folded} figure={row.count} />
    case 'work':
      return <GroupHead foldKey={row.key} name="From runs and topics" folded={row.folded} figure={row.count} />
    case 'project':
      return <GroupHead foldKey={row.key} name={row.name} title={row.root} folded={row.folded} figure={row.count} />
    case 'conversation':
      return <OneConversation conversation={row.conversation} asks={asks} />
    case 'more':
      return (
        <button type="button" className="more-row" data-row onClick={() => sidebar.expand(row.key)}>
          {row.count > 0 ? `Show ${row.count.toLocaleString('en-US')} more` : 'Show fewer'}
        </button>
      )
  }
})

function OneConversation({
  conversation,
  asks,
}: {
  conversation: Extract<ConversationListRow, { kind: 'conversation' }>['conversation']
  asks: boolean
}) {
  const { id, instanceId } = conversation
  const { conversationId } = useOpened()
  const name = usePool((state) => (instanceId === null ? null : (state.instances.get(instanceId)?.name ?? null)))
  const unread = useSeen((seen) => isUnread(conversation, seen))
  return (
    <ConversationRow
      conversation={conversation}
      instanceName={name}
      note={noteOf(conversation, asks)}
      unread={unread}
      current={conversationId === id}
    />
  )
}

function Head({ count, more, onFilter }: { count: number; more: boolean; onFilter: () => void }) {
  const byProject = useSidebar((state) => state.byProject)
  return (
    <div className="sidebar-section">
      <span>Conversations</span>
      <span className="sidebar-section-end">
        <span className="figure">{count > 0 && `${count.toLocaleString('en-US')}${more ? '+' : ''}`}</span>
        {count > 0 && (
          <>
            <IconButton
              className="icon-button section-icon"
              label="Group by project"
              aria-pressed={byProject}
              icon={FolderTree}
              size={13}
              onClick={() => sidebar.setByProject(!byProject)}
            />
            <IconButton className="icon-button section-icon" label="Search titles" icon={ListFilter} size={13} onClick={onFilter} />
          </>
        )}
        <IconButton className="icon-button section-icon" label="New conversation" icon={Plus} size={14} onClick={beginConversation} />
      </span>
    </div>
  )
}

function FilterField({ filter, setFilter }: { filter: string; setFilter: (filter: string | null) => void }) {
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
      <IconButton className="icon-button section-icon" label="Show all conversations" icon={X} size={14} onClick={() => setFilter(null)} />
    </div>
  )
}

function conversationMenu(id: string): readonly MenuEntry[] {
  const conversation = usePool.getState().conversations.get(id)
  if (!conversation) return []
  return [
    { id: 'open', label: 'Open', run: () => ui.go({ name: 'conversation', id }) },
    ...conversationEntries(id, conversation.state === 'archived'),
  ]
}

const loadOlder = () => attempt(loadOlderConversations(connection))
const keyAt = (_: number, row: ConversationListRow) => keyOf(row)

function keyOf(row: ConversationListRow): string {
  if (row.kind === 'conversation') return row.conversation.id
  return row.kind === 'more' ? `more ${row.key}` : row.key
}
