import type { Workspace } from '../../shared/domain/workspace.ts'
import type { Connection } from '../connection/client.ts'
import { addressOf, panesOf, screenAt, screenEntered, screenOf } from './screen-address.ts'
import { onScrollPlace, scrollPlaces, takeScrollPlaces } from './scroll-places.ts'
import { sidebarWidths, useUi } from './ui-store.ts'
import { recallWorkspace, rememberWorkspace, windowKey } from './workspace-memory.ts'

const keepMs = 400

/** What the window shows now. */
export function workspaceNow(): Workspace {
  const { screen, panes, paneShares, inspectorOpen, sidebarOpen: open, sidebarWidth: width } = useUi.getState()
  return {
    address: addressOf(screen),
    panes: addressOf(screenOf(panes)),
    shares: [...paneShares],
    scroll: scrollPlaces(),
    inspector: inspectorOpen,
    sidebar: { open, width },
  }
}

/**
 * Keeps what the window shows: at once in the browser, and a moment later in the core, which knows it also under another address or
 * port. A window that knows nothing of itself shows what the core has, unless somebody was quicker. Ends with the returned function.
 */
export function keepWorkspace(connection: Connection): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let told = JSON.stringify(workspaceNow())
  const isNew = recallWorkspace() === null && screenEntered(location.hash) === null
  const before = told
  const tell = () => {
    clearTimeout(timer)
    timer = undefined
    const workspace = workspaceNow()
    rememberWorkspace(workspace)
    const text = JSON.stringify(workspace)
    if (text === told) return
    told = text
    // What cannot be told now is told with the next change.
    connection.client.workspace.put({ window: windowKey, ...workspace }).catch(() => (told = ''))
  }
  const soon = () => {
    timer ??= setTimeout(tell, keepMs)
  }
  const hide = () => timer !== undefined && tell()
  // What comes back has its address, so that it can be bookmarked.
  if (screenAt(location.hash) === null) history.replaceState(null, '', location.pathname + location.search + workspaceNow().address)
  if (isNew) void fromCore(connection, () => JSON.stringify(workspaceNow()) === before)
  else soon()
  const stops = [useUi.subscribe(soon), onScrollPlace(soon)]
  window.addEventListener('pagehide', hide)
  return () => {
    clearTimeout(timer)
    window.removeEventListener('pagehide', hide)
    for (const stop of stops) stop()
  }
}

async function fromCore(connection: Connection, isUntouched: () => boolean): Promise<void> {
  await connection.opened()
  const { client } = connection
  const isNamed = !windowKey.startsWith('tab-')
  const { workspace } = await client.workspace.get(isNamed ? { window: windowKey } : {}).catch(() => ({ workspace: null }))
  if (workspace && isUntouched()) show(workspace)
}

function show({ address, panes, shares, scroll, inspector, sidebar }: Workspace): void {
  const screen = screenAt(address)
  const beside = screen?.name === 'conversation' ? screen : screenAt(panes)
  takeScrollPlaces(scroll)
  if (screen) history.replaceState(null, '', location.pathname + location.search + addressOf(screen))
  const width = Math.min(sidebarWidths.most, Math.max(sidebarWidths.least, sidebar?.width ?? sidebarWidths.usual))
  useUi.setState((state) => ({
    ...(screen ? { screen } : {}),
    ...(beside?.name === 'conversation' ? { panes: panesOf(beside) } : {}),
    paneShares: shares,
    inspectorOpen: state.inspectorOpen && inspector,
    ...(sidebar ? { sidebarOpen: sidebar.open, sidebarWidth: width } : {}),
  }))
}
