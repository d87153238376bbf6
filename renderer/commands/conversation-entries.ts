import { ui } from '../state/ui-store.ts'
import { client } from '../connection/connection.ts'
import { attempt } from './attempt.ts'
import { pinEntries } from './pin-actions.ts'
import { actOn } from './library-actions.ts'
import type { MenuEntry } from '../ui/menu.tsx'
import { askAbout } from './aside-actions.ts'
import { besideEntries } from './pane-actions.ts'

/** What can be done with a conversation, apart from talking in it. */
export function conversationEntries(id: string, isArchived: boolean): Exclude<MenuEntry, 'line'>[] {
  const archive = {
    id: 'archive',
    label: 'Archive',
    hint: 'Hides it from the list; still searchable',
    run: () => void actOn('archive', [id]),
  }
  const restore = { id: 'restore', label: 'Restore', hint: 'Moves it back to active', run: () => void actOn('restore', [id]) }
  return [
    ...besideEntries(id),
    { id: 'aside', label: 'Ask about this…', hint: 'A side question that leaves no trace', run: () => askAbout(id) },
    ...(isArchived ? [restore] : []),
    ...(isArchived ? [] : pinEntries(id)),
    { id: 'rename', label: 'Rename…', run: () => ui.openDialog({ name: 'rename-conversation', id }) },
    {
      id: 'hand-over',
      label: 'Move to another instance…',
      hint: 'Same session, full context',
      run: () => ui.openDialog({ name: 'hand-over', id }),
    },
    { id: 'folder', label: 'Choose another folder…', run: () => ui.openDialog({ name: 'conversation-folder', id }) },
    { id: 'fork', label: 'Fork', hint: 'Starts a new conversation from here', run: () => attempt(fork(id)) },
    { id: 'forks', label: 'View forks…', run: () => ui.openDialog({ name: 'forks', id }) },
    {
      id: 'replaced',
      label: 'Replaced messages…',
      hint: 'Messages you edited and sent again, or went back from',
      run: () => ui.openDialog({ name: 'replaced', id }),
    },
    { id: 'tag', label: 'Tags…', run: () => ui.openDialog({ name: 'tag-conversations', ids: [id] }) },
    ...(isArchived ? [] : [archive]),
    { id: 'export', label: 'Export…', run: () => ui.openDialog({ name: 'export', ids: [id] }) },
    {
      id: 'save-as-prompt',
      label: 'Export as prompt…',
      hint: 'To give another model or instance this context',
      run: () => ui.openDialog({ name: 'save-as-prompt', id }),
    },
    { id: 'delete', label: 'Delete…', danger: true, run: () => ui.openDialog({ name: 'delete-conversation', id }) },
  ]
}

async function fork(id: string): Promise<void> {
  const made = await client.conversations.fork({ id })
  ui.go({ name: 'conversation', id: made.id })
}
