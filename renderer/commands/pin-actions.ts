import { client } from '../connection/connection.ts'
import { usePool } from '../state/pool-store.ts'
import { useUi } from '../state/ui-store.ts'
import type { MenuEntry } from '../ui/menu.tsx'
import { attempt } from './attempt.ts'
import { keysOf } from './keys.ts'

type Entry = Exclude<MenuEntry, 'line'>
type Move = 'up' | 'down'
const moves: readonly Move[] = ['up', 'down']

/** Alt with the arrows goes from conversation to conversation. */
const moveKeys = { up: 'alt+shift+pageup', down: 'alt+shift+pagedown' } as const

/** Keeps an instance or a conversation at the top of the sidebar, or no longer; and moves it among those that are kept there. */
export function pinEntries(id: string): Entry[] {
  const isPinned = usePool.getState().pins.some((pin) => pin.id === id)
  if (!isPinned)
    return [{ id: 'pin', label: 'Pin', hint: 'Keeps it at the top of the sidebar', run: () => attempt(client.pins.add({ id })) }]
  const ways = moves.filter((move) => canMove(id, move))
  return [
    { id: 'unpin', label: 'Unpin', run: () => attempt(client.pins.remove({ id })) },
    ...ways.map((move) => ({ id: `pin-${move}`, label: `Move ${move}`, hint: keysOf(moveKeys[move]), run: () => movePin(id, move) })),
  ]
}

/** By key and in the palette: moves the pin of the row that has the focus, else of what is on the screen. */
export const pinCommands = moves.map((move) => ({
  id: `pin-${move}`,
  title: `Move pin ${move}`,
  group: 'Do',
  keys: moveKeys[move],
  run: () => {
    const id = pinAtHand()
    if (id !== null) movePin(id, move)
  },
  isThere: () => {
    const id = pinAtHand()
    return id !== null && canMove(id, move)
  },
}))

function movePin(id: string, move: Move): void {
  attempt(client.pins.move({ id, move }))
}

/** Whether the sidebar shows another of its kind on that side. */
function canMove(id: string, move: Move): boolean {
  const { pins, conversations } = usePool.getState()
  const kind = pins.find((pin) => pin.id === id)?.kind
  const alike = pins.filter((pin) => pin.kind === kind && conversations.get(pin.id)?.state !== 'archived')
  return kind !== undefined && alike.at(move === 'up' ? 0 : -1)?.id !== id
}

function pinAtHand(): string | null {
  const { pins } = usePool.getState()
  const row = document.activeElement?.closest('[data-menu]')?.getAttribute('data-menu')
  const { screen } = useUi.getState()
  const shown = screen.name === 'conversation' || screen.name === 'changes' || screen.name === 'instance' ? screen.id : null
  return [row, shown].find((id) => pins.some((pin) => pin.id === id)) ?? null
}
