import { BellDot, ChartLine, Command, Layers, LibraryBig, PanelLeftClose, Plus, Search, Settings, ShieldCheck, Vault } from 'lucide-react'
import { useEffect, useRef, type ReactNode } from 'react'
import { keysOf } from '../../commands/keys.ts'
import { newInstanceKeys, searchKeys, sidebarKeys } from '../../commands/commands.ts'
import { ui, useUi } from '../../state/ui-store.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { PlanUsage } from '../live/limits.tsx'
import { useNeeds } from '../needs-you/use-needs.ts'
import { moveAmongRows } from './row-keys.ts'
import { SidebarList } from './sidebar-list.tsx'
import { SidebarEdge } from './sidebar-edge.tsx'
import './sidebar.css'

/** Instances and conversations at the left; a drawer on narrow windows. */
export function Sidebar() {
  const screen = useUi((state) => state.screen)
  const width = useUi((state) => state.sidebarWidth)
  const needs = useNeeds()
  const nav = useRef<HTMLElement>(null)
  useEffect(() => (nav.current ? moveAmongRows(nav.current) : undefined), [])
  useDrawerFocus(nav)
  return (
    <nav ref={nav} className="sidebar" aria-label="Instances and conversations" style={{ width }}>
      <div className="sidebar-head">
        <span className="sidebar-brand">Bullpen</span>
        <IconButton
          label="Hide the sidebar"
          hint={`Hide the sidebar (${keysOf(sidebarKeys)})`}
          icon={PanelLeftClose}
          onClick={ui.toggleSidebar}
        />
        <IconButton
          label="New instance"
          hint={`New instance (${keysOf(newInstanceKeys)})`}
          icon={Plus}
          onClick={() => ui.openDialog({ name: 'create-instance' })}
        />
      </div>
      <button type="button" className="sidebar-search" onClick={() => ui.setPalette(true)}>
        <Command size={14} strokeWidth={1.75} aria-hidden />
        Search or go to…
        <kbd>{keysOf('mod+k')}</kbd>
      </button>
      <SidebarLink current={screen.name === 'needs-you'} onClick={() => ui.go({ name: 'needs-you' })}>
        <BellDot size={15} strokeWidth={1.75} aria-hidden />
        Needs you
        {needs.length > 0 && <span className="figure sidebar-count">{needs.length}</span>}
      </SidebarLink>
      <SidebarLink current={screen.name === 'library'} onClick={() => ui.go({ name: 'library' })}>
        <LibraryBig size={15} strokeWidth={1.75} aria-hidden />
        Library
      </SidebarLink>
      <SidebarLink current={screen.name === 'search'} onClick={() => ui.go({ name: 'search' })}>
        <Search size={15} strokeWidth={1.75} aria-hidden />
        Search
        <kbd>{keysOf(searchKeys)}</kbd>
      </SidebarLink>
      <SidebarLink current={screen.name === 'vault'} onClick={() => ui.go({ name: 'vault' })}>
        <Vault size={15} strokeWidth={1.75} aria-hidden />
        Vault
      </SidebarLink>
      <SidebarLink current={screen.name === 'pool'} onClick={() => ui.go({ name: 'pool' })}>
        <Layers size={15} strokeWidth={1.75} aria-hidden />
        Pool
      </SidebarLink>
      <SidebarLink current={screen.name === 'rules'} onClick={() => ui.go({ name: 'rules' })}>
        <ShieldCheck size={15} strokeWidth={1.75} aria-hidden />
        Rules
      </SidebarLink>
      <SidebarLink current={screen.name === 'metrics'} onClick={() => ui.go({ name: 'metrics' })}>
        <ChartLine size={15} strokeWidth={1.75} aria-hidden />
        Metrics
      </SidebarLink>
      <SidebarList />
      <div className="sidebar-foot">
        <PlanUsage />
        <SidebarLink current={screen.name === 'settings'} onClick={() => ui.go({ name: 'settings' })}>
          <Settings size={15} strokeWidth={1.75} aria-hidden />
          Settings
          <kbd>{keysOf('mod+,')}</kbd>
        </SidebarLink>
      </div>
      <SidebarEdge />
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

/** A drawer that comes out takes the focus, and gives it back when it goes; Escape puts it away. */
function useDrawerFocus(nav: { current: HTMLElement | null }): void {
  const isOut = useUi((state) => state.drawerOpen)
  useEffect(() => {
    if (!isOut) return undefined
    const drawer = nav.current
    drawer?.querySelector<HTMLElement>('.sidebar-search')?.focus()
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented) ui.setDrawer(false)
    }
    window.addEventListener('keydown', onKey)
    return () => {
      window.removeEventListener('keydown', onKey)
      // What had the focus lost it when the page behind the drawer was made inert.
      if (drawer?.contains(document.activeElement)) document.querySelector<HTMLElement>('.sidebar-show button')?.focus()
    }
  }, [isOut, nav])
}
