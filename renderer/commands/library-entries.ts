import type { LibraryItem } from '../../shared/domain/library.ts'
import type { WorkOrigin } from '../../shared/domain/work-origin.ts'
import { originFilter } from '../words/origin-words.ts'
import { toast } from '../state/toasts.ts'
import { openOrigin } from '../state/open-origin.ts'
import { ui } from '../state/ui-store.ts'
import type { MenuEntry } from '../ui/menu.tsx'
import { conversationEntries } from './conversation-entries.ts'
import { openSession } from './open-session.ts'
import { actOn } from './library-actions.ts'
import { library, plainQuery } from '../state/library-store.ts'

/** Shows what a row stands for. */
export function openItem(item: LibraryItem): void {
  if (item.state === 'trash') toast('This conversation is in the trash. Restore it to read it.', 'info', null, restoring(item.id))
  else if (item.state === 'claude') openSession(item.id)
  else ui.go({ name: 'conversation', id: item.id })
}

/** What can be done with a row. */
export function itemEntries(item: LibraryItem): MenuEntry[] {
  const { id, state } = item
  if (state === 'claude') return [{ id: 'open', label: 'Open', run: () => openItem(item) }]
  if (state === 'trash') {
    return [
      { id: 'restore', label: 'Restore', hint: 'Moves it back where it was', run: () => void actOn('restore', [id]) },
      {
        id: 'erase',
        label: 'Delete permanently…',
        danger: true,
        run: () => ui.openDialog({ name: 'delete-conversations', ids: [id], trashed: true }),
      },
    ]
  }
  const { origin } = item
  return [
    { id: 'open', label: 'Open', run: () => openItem(item) },
    ...(origin ? originEntries(origin) : []),
    ...conversationEntries(id, state === 'archived'),
  ]
}

function originEntries(origin: WorkOrigin): Exclude<MenuEntry, 'line'>[] {
  if ('topic' in origin) return [{ id: 'topic', label: 'Open topic', run: () => openOrigin(origin) }]
  const show = () => library.filter(originFilter(`id ${origin.runId}`))
  return [
    { id: 'run', label: 'Open run', run: () => openOrigin(origin) },
    { id: 'of-run', label: 'Show only this run', hint: 'All conversations of the same run', run: show },
  ]
}

function restoring(id: string): { label: string; run: () => void } {
  return { label: 'Restore', run: () => void actOn('restore', [id]) }
}

export function showTrash(): void {
  library.filter({ ...plainQuery, state: 'trash' })
  ui.go({ name: 'library' })
}
