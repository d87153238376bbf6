import { mostPanes } from '../state/panes.ts'
import { ui, useUi } from '../state/ui-store.ts'
import type { MenuEntry } from '../ui/menu.tsx'
import { keysOf } from './keys.ts'
import { openWindow } from './window-actions.ts'

/** F6 goes from part to part of a window everywhere. */
export const nextPaneKeys = 'f6'
export const previousPaneKeys = 'shift+f6'
export const closePaneKeys = 'mod+shift+x'
/** As editors split a window. */
export const besideKeys = 'mod+\\'

type PaneCommand = { id: string; title: string; group: string; keys?: string; run: () => void; isThere?: () => boolean }

/** By key, where conversations stand side by side. */
export const paneCommands: readonly PaneCommand[] = [
  {
    id: 'beside',
    title: 'Open a conversation beside…',
    group: 'Panes',
    keys: besideKeys,
    run: () => ui.setPalette(true, true),
    isThere: isShown,
  },
  { id: 'next-pane', title: 'Next pane', group: 'Panes', keys: nextPaneKeys, run: () => step(1), isThere: areSeveral },
  { id: 'previous-pane', title: 'Previous pane', group: 'Panes', keys: previousPaneKeys, run: () => step(-1), isThere: areSeveral },
  { id: 'close-pane', title: 'Close pane', group: 'Panes', keys: closePaneKeys, run: closeActive, isThere: areSeveral },
]

/** More of them, where there are several panes. */
export function furtherPaneCommands(count: number): PaneCommand[] {
  if (count < 2) return []
  const group = 'Panes'
  return [
    { id: 'pane-left', title: 'Move pane left', group, run: () => ui.movePane('left') },
    { id: 'pane-right', title: 'Move pane right', group, run: () => ui.movePane('right') },
    { id: 'pane-equal', title: 'Equal pane widths', group, run: ui.equalPanes },
    { id: 'pane-only', title: 'Close other panes', group, run: ui.closeOtherPanes },
  ]
}

/** What can be done with the pane at `at`. */
export function paneEntries(at: number): MenuEntry[] {
  const { panes } = useUi.getState()
  const act = (run: () => void) => () => {
    ui.activatePane(at)
    run()
  }
  return [
    ...(at > 0 ? [{ id: 'left', label: 'Move left', run: act(() => ui.movePane('left')) }] : []),
    ...(at < panes.items.length - 1 ? [{ id: 'right', label: 'Move right', run: act(() => ui.movePane('right')) }] : []),
    { id: 'equal', label: 'Equal widths', run: ui.equalPanes },
    'line',
    { id: 'others', label: 'Close other panes', run: act(ui.closeOtherPanes) },
    { id: 'close', label: 'Close pane', hint: keysOf(closePaneKeys), run: () => ui.closePane(at) },
  ]
}

/** How a conversation is opened besides taking the place of the one that is shown. */
export function besideEntries(id: string): Exclude<MenuEntry, 'line'>[] {
  const { panes } = useUi.getState()
  const isOpen = panes.items.length === 0 || panes.items.some((pane) => pane.id === id)
  const hint = panes.items.length >= mostPanes ? 'Takes the place of the pane beside the active one' : undefined
  return [
    ...(isOpen ? [] : [{ id: 'beside', label: 'Open beside', hint, run: () => ui.openBeside({ id }) }]),
    { id: 'window', label: 'Open in new window', run: () => openWindow({ name: 'conversation', id }) },
  ]
}

/** Opens as a press with the mouse or a key asks for: with Ctrl or Cmd beside what is there. */
export function openConversation(id: string, { ctrlKey, metaKey }: { ctrlKey: boolean; metaKey: boolean }): void {
  const { panes } = useUi.getState()
  if ((ctrlKey || metaKey) && panes.items.length > 0) ui.openBeside({ id })
  else ui.go({ name: 'conversation', id })
}

function isShown(): boolean {
  return useUi.getState().screen.name === 'conversation'
}

function areSeveral(): boolean {
  return isShown() && useUi.getState().panes.items.length > 1
}

function step(by: 1 | -1): void {
  ui.stepPane(by)
  focusPane()
}

function closeActive(): void {
  ui.closePane()
  focusPane()
}

/** The focus goes where one writes in the active pane. */
function focusPane(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>('.pane[data-active="true"] .composer textarea')?.focus())
}
