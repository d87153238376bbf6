import { BellDot, Plus, Search, Settings } from 'lucide-react'
import { useMemo, useState, type KeyboardEvent, type ReactNode } from 'react'
import { Virtuoso } from 'react-virtuoso'
import { connection } from '../../connection/connection.ts'
import { keysOf } from '../../commands/keys.ts'
import { loadOlderConversations } from '../../state/pool-feed.ts'
import { usePool } from '../../state/pool-store.ts'
import { ui, useUi } from '../../state/ui-store.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { attempt } from '../instances/instance-actions.ts'
import { useNeeds } from '../needs-you/use-needs.ts'
import { ConversationRow } from './conversation-row.tsx'
import { InstanceRow } from './instance-row.tsx'
import { sidebarRows, type SidebarRow } from './sidebar-rows.ts'
import './sidebar.css'

/** Instances and conversations at the left; a drawer on narrow windows. */
export function Sidebar() {
  const screen = useUi((state) => state.screen)
  const needs = useNeeds()
  return (
    <nav className="sidebar" aria-label="Instances and conversations" onKeyDown={moveAmongRows}>
      <div className="sidebar-head">
        <h1>Bullpen</h1>
        <IconButton
          label="New instance"
          hint={`New instance (${keysOf('mod+n')})`}
          icon={Plus}
          onClick={() => ui.openDialog({ name: 'create-instance' })}
        />
      </div>
      <button type="button" className="sidebar-search" onClick={() => ui.setPalette(true)}>
        <Search size={14} strokeWidth={1.75} aria-hidden />
        Go to or do…
        <kbd>{keysOf('mod+k')}</kbd>
      </button>
      <SidebarLink current={screen.name === 'needs-you'} onClick={() => ui.go({ name: 'needs-you' })}>
        <BellDot size={15} strokeWidth={1.75} aria-hidden />
        Needs you
        {needs.length > 0 && <span className="figure sidebar-count">{needs.length}</span>}
      </SidebarLink>
      <Rows />
      <div className="sidebar-foot">
        <SidebarLink current={screen.name === 'settings'} onClick={() => ui.go({ name: 'settings' })}>
          <Settings size={15} strokeWidth={1.75} aria-hidden />
          Settings
          <kbd>{keysOf('mod+,')}</kbd>
        </SidebarLink>
      </div>
    </nav>
  )
}

function SidebarLink({ current, onClick, children }: { current: boolean; onClick: () => void; children: ReactNode }) {
  return (
    <button type="button" className="sidebar-link" aria-current={current ? 'page' : undefined} onClick={onClick}>
      {children}
    </button>
  )
}

function Rows() {
  const instances = usePool((state) => state.instances)
  const conversations = usePool((state) => state.conversations)
  const more = usePool((state) => state.olderConversations !== null)
  const [folded, setFolded] = useState(false)
  const rows = useMemo(() => sidebarRows({ instances, conversations, more, folded }), [instances, conversations, more, folded])
  return (
    <Virtuoso
      className="sidebar-list"
      data={rows}
      computeItemKey={(_, row) => keyOf(row)}
      increaseViewportBy={200}
      endReached={() => attempt(loadOlderConversations(connection))}
      itemContent={(_, row) => <Row row={row} folded={folded} onFold={() => setFolded(!folded)} />}
    />
  )
}

function Row({ row, folded, onFold }: { row: SidebarRow; folded: boolean; onFold: () => void }) {
  const screen = useUi((state) => state.screen)
  const home = usePool((state) => state.health?.platform.home ?? null)
  const conversations = usePool((state) => state.conversations)
  switch (row.kind) {
    case 'instances':
      return (
        <div className="sidebar-section">
          <button type="button" aria-expanded={!folded} onClick={onFold}>
            Instances
          </button>
          <span className="figure">{row.count > 0 && `${row.count}${row.memoryMb > 0 ? ` · ${row.memoryMb} MB` : ''}`}</span>
        </div>
      )
    case 'instance': {
      const shown =
        screen.name === 'conversation' ? conversations.get(screen.id)?.instanceId : screen.name === 'instance' ? screen.id : null
      return <InstanceRow instance={row.instance} current={shown === row.instance.id} home={home} />
    }
    case 'conversations':
      return (
        <div className="sidebar-section">
          <span>Conversations</span>
          <span className="figure">{row.count > 0 && `${row.count}${row.more ? '+' : ''}`}</span>
        </div>
      )
    case 'conversation': {
      const current = screen.name === 'conversation' && screen.id === row.conversation.id
      return <ConversationRow conversation={row.conversation} instanceName={row.instanceName} current={current} />
    }
    case 'empty':
      return <p className="sidebar-empty">{row.text}</p>
  }
}

function keyOf(row: SidebarRow): string {
  if (row.kind === 'instance') return row.instance.id
  if (row.kind === 'conversation') return row.conversation.id
  return row.kind === 'empty' ? row.text : row.kind
}

/** Up and down move among the rows, as in any list. */
function moveAmongRows(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-row]')]
  const at = rows.findIndex((row) => row === document.activeElement)
  const next = rows[at + (event.key === 'ArrowDown' ? 1 : -1)]
  if (at < 0 || !next) return
  event.preventDefault()
  next.focus()
}
