import { z } from 'zod'
import { create } from 'zustand'
import type { ChosenFile } from '../../shared/domain/changes.ts'
import { recall, remember } from './page-memory.ts'
import {
  closePane,
  dragShare,
  indexOf,
  movePane,
  onePane,
  openBeside,
  sharesFor,
  showIn,
  stepPane,
  type Pane,
  type PaneSide,
  type Panes,
} from './panes.ts'
import { addressOf, panesOf, screenAt, screenEntered, screenOf, type Screen } from './screen-address.ts'
import { recallWorkspace } from './workspace-memory.ts'

export type { Screen } from './screen-address.ts'

export type DialogName =
  /** `like`: an instance to begin from; `profile`: a profile. */
  | { name: 'create-instance'; like?: string; profile?: string }
  | { name: 'edit-instance'; id: string }
  | { name: 'remove-instance'; id: string }
  | { name: 'rename-conversation'; id: string }
  | { name: 'hand-over'; id: string }
  | { name: 'conversation-folder'; id: string }
  | { name: 'delete-conversation'; id: string }
  | { name: 'checkpoint'; id: string; messageId: string }
  | { name: 'start-from'; id: string; messageId: string }
  | { name: 'rewind'; id: string; messageId: string }
  /** Asks before a rewind is undone where not all of it can be. */
  | { name: 'undo-rewind'; id: string; rewindId: string }
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
  | { name: 'commit'; id: string }
  | { name: 'send-comments'; id: string }
  | { name: 'take-back'; id: string; files: readonly ChosenFile[] }
  /** A saved MCP server; a new one without `id`. */
  | { name: 'server'; id?: string }
  | { name: 'remove-server'; id: string }
  /** A profile; a new one without `id`, which begins like `like`. */
  | { name: 'profile'; id?: string; like?: string }
  | { name: 'remove-profile'; id: string }
  | { name: 'save-profile'; instanceId: string }
  | { name: 'import-profiles' }
  | { name: 'profile-changes'; instanceId: string }
  | { name: 'secret'; secret?: string }
  | { name: 'remove-secret'; secret: string }
  /** A value in clear of an instance becomes a secret. */
  | { name: 'take-secret'; instanceId: string; place: string }
  | { name: 'merge-worktree'; id: string }
  | { name: 'pull-request'; id: string }
  | { name: 'remove-worktree'; id: string }
  /** A trigger; a new one without `id`. */
  | { name: 'trigger'; id?: string }
  | { name: 'remove-trigger'; id: string }
  | { name: 'renew-secret'; id: string }
  /** A topic; a new one without `topic`. */
  | { name: 'topic'; topic?: string }
  | { name: 'remove-topic'; topic: string }
  | { name: 'post-message'; topic: string }
  | { name: 'clear-topic'; topic: string }
  /** A worker of a topic; a new one without `id`. */
  | { name: 'worker'; topic: string; id?: string }
  | { name: 'remove-worker'; id: string }
  | { name: 'cancel-run'; id: string }
  | { name: 'skip-step'; runId: string; stepId: string }
  | { name: 'finish-step'; runId: string; stepId: string }
  | { name: 'edit-step'; runId: string; stepId: string }
  | { name: 'shortcuts' }

export type UiState = {
  screen: Screen
  /** The conversations that stand side by side, also while another screen is shown; none before the first was opened. */
  panes: Panes
  /** Of their width, a share each. */
  paneShares: readonly number[]
  dialog: DialogName | null
  paletteOpen: boolean
  /** The palette chooses a conversation, to be opened beside. */
  paletteBeside: boolean
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
const last = recallWorkspace()
const noPanes: Panes = { items: [], active: 0 }
const firstScreen: Screen = screenEntered(location.hash) ?? screenAt(last?.address ?? '') ?? { name: 'start' }

/** What the page shows: the only state that is its own. */
export const useUi = create<UiState>(() => ({
  screen: firstScreen,
  panes: shownPanes(firstScreen) ?? shownPanes(screenAt(last?.panes ?? '')) ?? noPanes,
  paneShares: last?.shares ?? [],
  dialog: null,
  paletteOpen: false,
  paletteBeside: false,
  inspectorOpen: window.innerWidth >= wide && last?.inspector !== false,
  sidebarOpen: sidebar.open,
  sidebarWidth: sidebar.width,
  drawerOpen: false,
}))

export const ui = {
  /** Shows a screen. A conversation that is open in a pane is gone to; another one takes the place of the active one. */
  go: (screen: Screen): void => {
    if (screen.name !== 'conversation' || screen.panes) return goTo(screen)
    const { name: _name, panes: _panes, ...pane } = screen
    return goTo(screenOf(showIn(useUi.getState().panes, pane)))
  },
  /** Opens a conversation beside the active one, or at one side of the pane at `at`. */
  openBeside: (pane: Pane, at?: number, side?: PaneSide): void => goTo(screenOf(openBeside(useUi.getState().panes, pane, at, side))),
  /** Shows a conversation in the place of another one's pane. */
  openInPane: (pane: Pane, at: number): void => goTo(screenOf(showIn({ ...useUi.getState().panes, active: at }, pane))),
  /** Makes a pane the active one. That is no step that one would go back from. */
  activatePane: (at: number): void => {
    const { panes, screen } = useUi.getState()
    if (screen.name === 'conversation' && at !== panes.active && panes.items[at]) goTo(screenOf({ ...panes, active: at }), true)
  },
  stepPane: (by: 1 | -1): void => {
    const { panes, screen } = useUi.getState()
    if (screen.name === 'conversation') goTo(screenOf(stepPane(panes, by)), true)
  },
  closePane: (at?: number): void => {
    const { panes } = useUi.getState()
    goTo(screenOf(closePane(panes, at ?? panes.active)))
  },
  /** All but the active one. */
  closeOtherPanes: (): void => {
    const { panes } = useUi.getState()
    const pane = panes.items[panes.active]
    if (pane) goTo(screenOf(onePane(pane)))
  },
  movePane: (side: PaneSide): void => {
    const { panes, paneShares } = useUi.getState()
    const moved = movePane(panes, panes.active, side)
    const shares = sharesFor(panes.items.length, paneShares)
    const [own = 0, other = 0] = [shares[panes.active], shares[moved.active]]
    useUi.setState({ paneShares: shares.with(panes.active, other).with(moved.active, own) })
    goTo(screenOf(moved))
  },
  /** Moves the line right of a pane by a share of the whole width. */
  dragShare: (left: number, by: number): void =>
    useUi.setState(({ panes, paneShares }) => ({ paneShares: dragShare(sharesFor(panes.items.length, paneShares), left, by) })),
  equalPanes: (): void => useUi.setState({ paneShares: [] }),
  /** Leaves a conversation: its pane is closed, or, where it stands alone, the start is shown. */
  leaveConversation: (id: string): void => {
    const { panes, screen } = useUi.getState()
    const at = indexOf(panes, id)
    if (at < 0) return
    const left = panes.items.length > 1 ? closePane(panes, at) : noPanes
    if (screen.name === 'conversation') return goTo(screenOf(left))
    return useUi.setState({ panes: left })
  },
  /** Shows a screen; the one before is none to come back to. */
  replace: (screen: Screen): void => goTo(screen, true),
  openDialog: (dialog: DialogName): void => useUi.setState({ dialog, paletteOpen: false, drawerOpen: false }),
  closeDialog: (): void => useUi.setState({ dialog: null }),
  setPalette: (paletteOpen: boolean, paletteBeside = false): void => useUi.setState({ paletteOpen, paletteBeside }),
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
    show(screenEntered(location.hash) ?? { name: 'start' })
  }
  window.addEventListener('popstate', follow)
  return () => window.removeEventListener('popstate', follow)
}

function goTo(screen: Screen, replaces = false): void {
  const address = addressOf(screen)
  if (address !== addressOf(useUi.getState().screen)) {
    const place = location.pathname + location.search + address
    if (replaces) history.replaceState(null, '', place)
    else history.pushState(null, '', place)
  }
  show(screen)
}

function show(screen: Screen): void {
  const panes = shownPanes(screen)
  useUi.setState({ screen, drawerOpen: false, paletteOpen: false, ...(panes ? { panes } : {}) })
}

function shownPanes(screen: Screen | null): Panes | null {
  return screen?.name === 'conversation' ? panesOf(screen) : null
}

function rememberSidebar(): void {
  const { sidebarOpen: open, sidebarWidth: width } = useUi.getState()
  remember('sidebar', { open, width })
}
