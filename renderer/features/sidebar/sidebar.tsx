import {
  BellDot,
  Blocks,
  ChartLine,
  Command,
  Layers,
  LibraryBig,
  PanelLeftClose,
  Search,
  Settings,
  ShieldCheck,
  Vault,
  Workflow,
  type LucideIcon,
} from 'lucide-react'
import { useEffect, useRef, type ReactNode } from 'react'
import { keysOf } from '../../commands/keys.ts'
import { general, searchKeys, sidebarKeys } from '../../commands/commands.ts'
import { isIn, runsPlace, setupPlace, type Place } from '../../state/places.ts'
import type { Screen } from '../../state/screen-address.ts'
import { ui, useUi } from '../../state/ui-store.ts'
import { useNeeds } from '../../state/use-needs.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { PlanUsage } from '../live/limits.tsx'
import { NewMenu } from './new-menu.tsx'
import { moveAmongRows } from './row-keys.ts'
import { ConversationList } from './conversation-list.tsx'
import { InstanceList } from './instance-list.tsx'
import { Lists } from './need-list.tsx'
import { PickedInstances } from './picked-instances.tsx'
import { PoolLine } from './pool-line.tsx'
import { followProjects } from './use-projects.ts'
import { SidebarEdge } from './sidebar-edge.tsx'
import './sidebar.css'
import './rows.css'

type LinkName = 'needs-you' | 'library' | 'search' | 'vault' | 'runs' | 'pool' | 'rules' | 'profiles' | 'metrics'

/** Where one goes from anywhere; on a low window they stand beside each other, without their names. */
const links: readonly { name: LinkName; icon: LucideIcon; keys?: string }[] = [
  { name: 'needs-you', icon: BellDot },
  { name: 'library', icon: LibraryBig },
  { name: 'search', icon: Search, keys: searchKeys },
  { name: 'vault', icon: Vault },
  { name: 'runs', icon: Workflow },
  { name: 'pool', icon: Layers },
  { name: 'rules', icon: ShieldCheck },
  { name: 'profiles', icon: Blocks },
  { name: 'metrics', icon: ChartLine },
]

/** Entries that lead to a place of several screens. */
const places: Partial<Record<LinkName, Place>> = { profiles: setupPlace, runs: runsPlace }

function isAt(name: LinkName, screen: Screen): boolean {
  const place = places[name]
  return place ? isIn(place, screen) : screen.name === name
}

/** Instances and conversations at the left; a drawer on narrow windows. */
export function Sidebar() {
  const screen = useUi((state) => state.screen)
  const width = useUi((state) => state.sidebarWidth)
  const needs = useNeeds()
  const nav = useRef<HTMLElement>(null)
  useEffect(() => (nav.current ? moveAmongRows(nav.current) : undefined), [])
  useDrawerFocus(nav)
  useEffect(followProjects, [])
  return (
    <nav ref={nav} className="sidebar" aria-label="Instances and conversations" style={{ width }}>
      <div className="sidebar-head">
        <button
          type="button"
          className="sidebar-brand"
          title="Home"
          aria-current={screen.name === 'start' ? 'page' : undefined}
          onClick={() => ui.go({ name: 'start' })}
        >
          Bullpen
        </button>
        <IconButton
          label="Hide the sidebar"
          hint={`Hide the sidebar (${keysOf(sidebarKeys)})`}
          icon={PanelLeftClose}
          onClick={ui.toggleSidebar}
        />
        <NewMenu />
      </div>
      <button type="button" className="sidebar-search" onClick={() => ui.setPalette(true)}>
        <Command size={14} strokeWidth={1.75} aria-hidden />
        Search or go to…
        <kbd>{keysOf('mod+k')}</kbd>
      </button>
      <div className="sidebar-links">
        {links.map(({ name, icon: Icon, keys }) => (
          <SidebarLink key={name} current={isAt(name, screen)} title={titleOf(name)} onClick={() => ui.go({ name })}>
            <Icon size={15} strokeWidth={1.75} aria-hidden />
            <span className="sidebar-link-label">{titleOf(name)}</span>
            {name === 'needs-you' && needs.length > 0 && <span className="figure sidebar-count">{needs.length}</span>}
            {keys !== undefined && <kbd>{keysOf(keys)}</kbd>}
          </SidebarLink>
        ))}
      </div>
      <PickedInstances />
      <Lists needs={needs}>
        <InstanceList />
        <ConversationList />
      </Lists>
      <div className="sidebar-foot">
        <PoolLine />
        <PlanUsage />
        <SidebarLink current={screen.name === 'settings'} title="Settings" onClick={() => ui.go({ name: 'settings' })}>
          <Settings size={15} strokeWidth={1.75} aria-hidden />
          Settings
          <kbd>{keysOf('mod+,')}</kbd>
        </SidebarLink>
      </div>
      <SidebarEdge />
    </nav>
  )
}

type SidebarLinkProps = { current: boolean; title: string; onClick: () => void; children: ReactNode }

function SidebarLink({ current, title, onClick, children }: SidebarLinkProps) {
  return (
    <button type="button" className="sidebar-link" aria-current={current ? 'page' : undefined} title={title} onClick={onClick}>
      {children}
    </button>
  )
}

/** As the command that goes there is called. */
function titleOf(name: LinkName): string {
  return name === 'search' ? 'Search' : (general.find(({ id }) => id === name)?.title ?? name)
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
