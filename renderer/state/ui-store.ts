import { create } from 'zustand'

export type Screen =
  | { name: 'start' }
  | { name: 'conversation'; id: string }
  | { name: 'instance'; id: string }
  | { name: 'needs-you' }
  | { name: 'settings' }

export type DialogName =
  | { name: 'create-instance'; like?: string }
  | { name: 'edit-instance'; id: string }
  | { name: 'remove-instance'; id: string }
  | { name: 'delete-conversation'; id: string }
  | { name: 'sign-in' }
  | { name: 'shortcuts' }

export type UiState = {
  screen: Screen
  dialog: DialogName | null
  paletteOpen: boolean
  inspectorOpen: boolean
  /** On narrow windows the sidebar is a drawer; this says whether it is out. */
  drawerOpen: boolean
}

const wide = 1_100

/** What the page shows: the only state that is its own. */
export const useUi = create<UiState>(() => ({
  screen: { name: 'start' },
  dialog: null,
  paletteOpen: false,
  inspectorOpen: window.innerWidth >= wide,
  drawerOpen: false,
}))

export const ui = {
  go: (screen: Screen): void => useUi.setState({ screen, drawerOpen: false, paletteOpen: false }),
  openDialog: (dialog: DialogName): void => useUi.setState({ dialog, paletteOpen: false, drawerOpen: false }),
  closeDialog: (): void => useUi.setState({ dialog: null }),
  setPalette: (paletteOpen: boolean): void => useUi.setState({ paletteOpen }),
  setDrawer: (drawerOpen: boolean): void => useUi.setState({ drawerOpen }),
  toggleInspector: (): void => useUi.setState((state) => ({ inspectorOpen: !state.inspectorOpen })),
}
