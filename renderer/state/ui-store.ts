import { z } from 'zod'
import { create } from 'zustand'
import { recall, remember } from './page-memory.ts'
import { addressOf, screenAt, type Screen } from './screen-address.ts'

export type { Screen } from './screen-address.ts'

export type DialogName =
  | { name: 'create-instance'; like?: string }
  | { name: 'edit-instance'; id: string }
  | { name: 'remove-instance'; id: string }
  | { name: 'rename-conversation'; id: string }
  | { name: 'hand-over'; id: string }
  | { name: 'conversation-folder'; id: string }
  | { name: 'delete-conversation'; id: string }
  | { name: 'checkpoint'; id: string; messageId: string }
  | { name: 'start-from'; id: string; messageId: string }
  | { name: 'forks'; id: string }
  | { name: 'replaced'; id: string }
  | { name: 'tag-conversations'; ids: readonly string[] }
  | { name: 'delete-conversations'; ids: readonly string[]; trashed: boolean }
  | { name: 'clean-up' }
  | { name: 'clean-up-vault' }
  | { name: 'empty-trash' }
  | { name: 'export'; ids: readonly string[] | null }
  | { name: 'import' }
  | { name: 'save-as-prompt'; id: string }
  | { name: 'prompts' }
  | { name: 'edit-prompt'; id?: string; text?: string }
  | { name: 'fill-prompt'; id: string }
  | { name: 'sign-in' }
  /** Asks before a conversation gets the mode that never asks. */
  | { name: 'allow-everything'; id: string }
  | { name: 'context'; id: string }
  | { name: 'plan-usage'; instanceId: string }
  | { name: 'mcp-servers'; instanceId: string }
  /** Requests of this tool. */
  | { name: 'decide-together'; tool: string }
  | { name: 'new-rule' }
  | { name: 'shortcuts' }

export type UiState = {
  screen: Screen
  dialog: DialogName | null
  paletteOpen: boolean
  inspectorOpen: boolean
  /** On wide windows; on narrow ones the sidebar is a drawer. */
  sidebarOpen: boolean
  /** Pixels. */
  sidebarWidth: number
  drawerOpen: boolean
}

export const sidebarWidths = { least: 200, usual: 256, most: 480 }
/** As in the styles: below it the sidebar is a drawer. */
export const narrowWindow = '(max-width: 760px)'
const wide = 1_100

const sidebarSchema = z.object({ open: z.boolean(), width: z.number().min(sidebarWidths.least).max(sidebarWidths.most) })
const sidebar = recall('sidebar', sidebarSchema) ?? { open: true, width: sidebarWidths.usual }

/** What the page shows: the only state that is its own. */
export const useUi = create<UiState>(() => ({
  screen: screenAt(location.hash) ?? screenAt(recall('screen', z.string()) ?? '') ?? { name: 'start' },
  dialog: null,
  paletteOpen: false,
  inspectorOpen: window.innerWidth >= wide,
  sidebarOpen: sidebar.open,
  sidebarWidth: sidebar.width,
  drawerOpen: false,
}))

export const ui = {
  go: (screen: Screen): void => {
    const address = addressOf(screen)
    if (address !== addressOf(useUi.getState().screen)) history.pushState(null, '', location.pathname + address)
    show(screen)
  },
  openDialog: (dialog: DialogName): void => useUi.setState({ dialog, paletteOpen: false, drawerOpen: false }),
  closeDialog: (): void => useUi.setState({ dialog: null }),
  setPalette: (paletteOpen: boolean): void => useUi.setState({ paletteOpen }),
  setDrawer: (drawerOpen: boolean): void => useUi.setState({ drawerOpen }),
  showInspector: (): void => useUi.setState({ inspectorOpen: true }),
  toggleInspector: (): void => useUi.setState((state) => ({ inspectorOpen: !state.inspectorOpen })),
  /** Shows or hides the sidebar, whichever form it has now. */
  toggleSidebar: (): void => {
    if (window.matchMedia(narrowWindow).matches) return useUi.setState((state) => ({ drawerOpen: !state.drawerOpen }))
    useUi.setState((state) => ({ sidebarOpen: !state.sidebarOpen }))
    return rememberSidebar()
  },
  setSidebarWidth: (width: number): void => {
    useUi.setState({ sidebarWidth: Math.round(Math.min(sidebarWidths.most, Math.max(sidebarWidths.least, width))) })
    rememberSidebar()
  },
}

/** Follows the browser's own back and forward, until the returned function is called. */
export function followAddress(): () => void {
  const follow = () => {
    useUi.setState({ dialog: null })
    show(screenAt(location.hash) ?? { name: 'start' })
  }
  window.addEventListener('popstate', follow)
  return () => window.removeEventListener('popstate', follow)
}

function show(screen: Screen): void {
  useUi.setState({ screen, drawerOpen: false, paletteOpen: false })
  remember('screen', addressOf(screen))
}

function rememberSidebar(): void {
  const { sidebarOpen: open, sidebarWidth: width } = useUi.getState()
  remember('sidebar', { open, width })
}
