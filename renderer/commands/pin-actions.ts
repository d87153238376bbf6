import { client } from '../connection/connection.ts'
import { usePool } from '../state/pool-store.ts'
import type { MenuEntry } from '../ui/menu.tsx'
import { attempt } from './attempt.ts'

/** Keeps an instance or a conversation at the top of the sidebar, or no longer. */
export function pinEntry(id: string): Exclude<MenuEntry, 'line'> {
  const isPinned = usePool.getState().pins.some((pin) => pin.id === id)
  return isPinned
    ? { id: 'unpin', label: 'Unpin', run: () => attempt(client.pins.remove({ id })) }
    : { id: 'pin', label: 'Pin', hint: 'Keeps it at the top of the sidebar', run: () => attempt(client.pins.add({ id })) }
}
