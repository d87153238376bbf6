import { ui } from '../../state/ui-store.ts'
import type { MenuEntry } from '../../ui/menu.tsx'

/** What can be done with a conversation, apart from talking in it. */
export function conversationEntries(id: string): Exclude<MenuEntry, 'line'>[] {
  return [
    { id: 'rename', label: 'Rename…', run: () => ui.openDialog({ name: 'rename-conversation', id }) },
    {
      id: 'hand-over',
      label: 'Go on with another instance…',
      hint: 'In the same session, with all that was said',
      run: () => ui.openDialog({ name: 'hand-over', id }),
    },
    { id: 'delete', label: 'Delete…', danger: true, run: () => ui.openDialog({ name: 'delete-conversation', id }) },
  ]
}
