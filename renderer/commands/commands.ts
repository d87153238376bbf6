import { blanksOf } from '../../shared/domain/saved-prompt.ts'
import type { Instance } from '../../shared/domain/instance.ts'
import { bridge } from '../connection/bridge.ts'
import { askAboutThis, asideKeys } from './aside-actions.ts'
import { beginConversation } from './begin-conversation.ts'
import { conversationEntries } from './conversation-entries.ts'
import { liveCommands } from './live-actions.ts'
import { numberKeys } from './keys.ts'
import { showTrash } from './library-entries.ts'
import { rewindToLast } from './rewind-actions.ts'
import { runCommands } from './run-actions.ts'
import { findHere, openSearch } from './search-actions.ts'
import { showNextNeed } from './need-actions.ts'
import { openNumbered, stepConversation } from './walk-conversations.ts'
import { furtherPaneCommands, paneCommands } from './pane-actions.ts'
import { lifeEntries, worktreeEntries } from './instance-actions.ts'
import { pinCommands } from './pin-actions.ts'
import { newFromProfile } from './profile-actions.ts'
import { useComposerTarget } from '../state/composer-target.ts'
import { useSetup } from '../state/setup-store.ts'
import { usePrompts } from '../state/prompt-store.ts'
import { usePool } from '../state/pool-store.ts'
import { useShownRun } from '../state/shown-run.ts'
import { ui, useUi, type Screen } from '../state/ui-store.ts'
import { openWindow } from './window-actions.ts'

/** Something the user can do. Palette, shortcuts and the native menu read the same list. */
export type Command = {
  id: string
  title: string
  group: string
  keys?: string
  run: () => void
  /** Whether it does anything now; where it does not, its keys are left to the browser. */
  isThere?: () => boolean
}

/** Browsers keep Ctrl/Cmd+N for themselves. */
export const newInstanceKeys = bridge ? 'mod+n' : 'mod+shift+l'
export const sidebarKeys = 'mod+b'
export const searchKeys = 'mod+shift+f'
const changesKeys = 'mod+shift+g'

/** All that make sense now. */
export function useCommands(): Command[] {
  const screen = useUi((state) => state.screen)
  const instance = useCurrentInstance()
  const canFreeze = usePool((state) => state.health?.platform.canFreeze ?? false)
  const prompts = usePromptCommands()
  const profiles = useProfileCommands()
  const shownRun = useShownRun((state) => state.run)
  const panes = useUi((state) => (state.screen.name === 'conversation' ? state.panes.items.length : 0))
  return [
    ...general.filter(({ isThere }) => isThere?.() !== false),
    ...furtherPaneCommands(panes),
    ...profiles,
    ...prompts,
    ...(screen.name === 'conversation' ? forConversation(screen.id) : []),
    ...(shownRun ? runCommands(shownRun) : []),
    ...(instance ? forInstance(instance, canFreeze) : []),
  ]
}

/** Those that are there wherever one is: their keys work everywhere. */
export const general: readonly Command[] = [
  { id: 'new-conversation', title: 'New conversation', group: 'Do', keys: 'mod+shift+o', run: beginConversation },
  { id: 'new-instance', title: 'New instance…', group: 'Do', keys: newInstanceKeys, run: () => ui.openDialog({ name: 'create-instance' }) },
  { id: 'next-conversation', title: 'Next conversation', group: 'Go to', keys: 'alt+arrowdown', run: () => stepConversation(1) },
  { id: 'previous-conversation', title: 'Previous conversation', group: 'Go to', keys: 'alt+arrowup', run: () => stepConversation(-1) },
  { id: 'next-need', title: 'Next that needs you', group: 'Go to', keys: 'alt+shift+arrowdown', run: showNextNeed },
  { id: 'home', title: 'Home', group: 'Go to', run: () => ui.go({ name: 'start' }) },
  { id: 'palette', title: 'Command palette', group: 'Do', keys: 'mod+k', run: () => ui.setPalette(true) },
  {
    id: 'changes',
    title: 'Changes',
    group: 'Go to',
    keys: changesKeys,
    isThere: () => conversationOf(useUi.getState().screen) !== null,
    run: toggleChanges,
  },
  { id: 'needs-you', title: 'Needs you', group: 'Go to', keys: 'mod+shift+y', run: () => ui.go({ name: 'needs-you' }) },
  { id: 'library', title: 'Library', group: 'Go to', run: () => ui.go({ name: 'library' }) },
  { id: 'trash', title: 'Trash', group: 'Go to', run: showTrash },
  { id: 'clean-up', title: 'Clean up conversations…', group: 'Do', run: () => ui.openDialog({ name: 'clean-up' }) },
  { id: 'clean-up-vault', title: 'Clean up the vault…', group: 'Do', run: () => ui.openDialog({ name: 'clean-up-vault' }) },
  { id: 'search', title: 'Search all messages', group: 'Go to', keys: searchKeys, run: () => openSearch() },
  { id: 'rewind', title: 'Rewind to the last message…', group: 'Do', keys: 'mod+shift+e', run: rewindToLast },
  { id: 'find', title: 'Find in this conversation', group: 'Do', keys: 'mod+f', run: findHere },
  { id: 'vault', title: 'Vault', group: 'Go to', run: () => ui.go({ name: 'vault' }) },
  { id: 'runs', title: 'Runs', group: 'Go to', run: () => ui.go({ name: 'runs' }) },
  { id: 'new-run', title: 'New run…', group: 'Do', run: () => ui.go({ name: 'new-run' }) },
  { id: 'pool', title: 'Pool', group: 'Go to', run: () => ui.go({ name: 'pool' }) },
  { id: 'triggers', title: 'Triggers', group: 'Go to', run: () => ui.go({ name: 'triggers' }) },
  { id: 'topics', title: 'Topics', group: 'Go to', run: () => ui.go({ name: 'topics' }) },
  { id: 'rules', title: 'Rules', group: 'Go to', run: () => ui.go({ name: 'rules' }) },
  { id: 'profiles', title: 'Servers & profiles', group: 'Go to', run: () => ui.go({ name: 'profiles' }) },
  { id: 'servers', title: 'MCP servers', group: 'Go to', run: () => ui.go({ name: 'servers' }) },
  { id: 'secrets', title: 'Secrets', group: 'Go to', run: () => ui.go({ name: 'secrets' }) },
  { id: 'new-profile', title: 'New profile…', group: 'Do', run: () => ui.openDialog({ name: 'profile' }) },
  { id: 'add-server', title: 'Add MCP server…', group: 'Do', run: () => ui.openDialog({ name: 'server' }) },
  { id: 'import-profiles', title: 'Import profiles…', group: 'Do', run: () => ui.openDialog({ name: 'import-profiles' }) },
  { id: 'new-trigger', title: 'New trigger…', group: 'Do', run: () => ui.openDialog({ name: 'trigger' }) },
  { id: 'new-topic', title: 'New topic…', group: 'Do', run: () => ui.openDialog({ name: 'topic' }) },
  { id: 'new-rule', title: 'New rule…', group: 'Do', run: () => ui.openDialog({ name: 'new-rule' }) },
  { id: 'metrics', title: 'Metrics', group: 'Go to', run: () => ui.go({ name: 'metrics' }) },
  { id: 'settings', title: 'Settings', group: 'Go to', keys: 'mod+,', run: () => ui.go({ name: 'settings' }) },
  { id: 'details', title: 'Toggle details', group: 'Do', keys: 'mod+i', run: ui.toggleInspector },
  { id: 'sidebar', title: 'Toggle sidebar', group: 'Do', keys: sidebarKeys, run: ui.toggleSidebar },
  {
    id: 'aside',
    title: 'Ask about this conversation…',
    group: 'Do',
    keys: asideKeys,
    run: askAboutThis,
    isThere: () => useUi.getState().screen.name === 'conversation',
  },
  { id: 'new-window', title: 'New window', group: 'Do', run: () => openWindow({ name: 'start' }) },
  ...paneCommands,
  ...pinCommands,
  { id: 'import', title: 'Import conversations…', group: 'Do', run: () => ui.openDialog({ name: 'import' }) },
  { id: 'export-all', title: 'Export all conversations…', group: 'Do', run: () => ui.openDialog({ name: 'export', ids: null }) },
  { id: 'prompts', title: 'Saved prompts…', group: 'Do', run: () => ui.openDialog({ name: 'prompts' }) },
  { id: 'shortcuts', title: 'Keyboard shortcuts', group: 'Go to', keys: 'mod+/', run: () => ui.openDialog({ name: 'shortcuts' }) },
  { id: 'sign-in', title: 'Sign in to Claude…', group: 'Go to', run: () => ui.openDialog({ name: 'sign-in' }) },
]

/** To what a conversation changed, and back. */
function toggleChanges(): void {
  const { screen } = useUi.getState()
  const id = conversationOf(screen)
  if (id !== null) ui.go(screen.name === 'changes' ? { name: 'conversation', id } : { name: 'changes', id })
}

function conversationOf(screen: Screen): string | null {
  return screen.name === 'conversation' || screen.name === 'changes' ? screen.id : null
}
/** The conversations of the sidebar by their numbers; no commands of the palette, which finds them by their titles. */
export const numbered: readonly Pick<Command, 'keys' | 'run' | 'isThere'>[] = Array.from({ length: 9 }, (_, place) => ({
  keys: `${numberKeys({ desktop: bridge !== null })}+${place + 1}`,
  run: () => openNumbered(place + 1),
}))

/** One click for each profile. */
function useProfileCommands(): Command[] {
  const profiles = useSetup((state) => state.profiles) ?? []
  return profiles.map((profile) => ({
    id: `from-${profile.id}`,
    title: `New from ${profile.name}`,
    group: 'Profiles',
    run: () => newFromProfile(profile),
  }))
}

/** Saved prompts, where one can write. */
function usePromptCommands(): Command[] {
  const insert = useComposerTarget((state) => state.insert)
  const prompts = usePrompts((state) => state.prompts)
  if (insert === null || prompts === null) return []
  return prompts.map(({ id, name, text }) => ({
    id: `prompt-${id}`,
    title: `Insert “${name}”`,
    group: 'Saved prompts',
    run: () => (blanksOf(text).length > 0 ? ui.openDialog({ name: 'fill-prompt', id }) : insert(text)),
  }))
}

function forConversation(conversationId: string): Command[] {
  const conversation = usePool.getState().conversations.get(conversationId)
  const group = 'This conversation'
  const entries = conversationEntries(conversationId, conversation?.state === 'archived')
  const checkpoints = (conversation?.checkpoints ?? []).map(({ messageId, name }) => ({
    id: `checkpoint-${messageId}`,
    title: `Start instances from “${name}”…`,
    group,
    run: () => ui.openDialog({ name: 'start-from', id: conversationId, messageId }),
  }))
  const live = conversation?.state === 'active' ? liveCommands(conversationId) : []
  return [
    ...live,
    ...entries.filter(({ id }) => !isGeneral(id)).map(({ id, label, run }) => ({ id: `conversation-${id}`, title: label, group, run })),
    ...checkpoints,
  ]
}

/** It is among those that are there wherever one is. */
function isGeneral(id: string): boolean {
  return pinCommands.some((command) => command.id === id)
}

function forInstance(instance: Instance, canFreeze: boolean): Command[] {
  const { id, name } = instance
  const life = lifeEntries(instance, canFreeze).map((entry) => ({
    id: entry.id,
    title: `${entry.label} ${name}`,
    group: name,
    run: entry.run,
  }))
  return [
    ...life,
    { id: 'instance', title: `Show ${name}`, group: name, run: () => ui.go({ name: 'instance', id }) },
    { id: 'edit', title: `Edit ${name}…`, group: name, run: () => ui.openDialog({ name: 'edit-instance', id }) },
    ...worktreeEntries(instance).map((entry) => ({ id: entry.id, title: entry.label, group: name, run: entry.run })),
  ]
}

function useCurrentInstance(): Instance | undefined {
  const screen = useUi((state) => state.screen)
  return usePool((state) => {
    const id =
      screen.name === 'conversation' ? state.conversations.get(screen.id)?.instanceId : screen.name === 'instance' ? screen.id : null
    return id ? state.instances.get(id) : undefined
  })
}
