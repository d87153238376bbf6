/** A conversation in a pane. `messageId`: the message to be shown in it, as in an address. */
export type Pane = { id: string; messageId?: string }

/** Conversations side by side: one to four, of which one is active. No conversation stands in two of them. */
export type Panes = { items: readonly Pane[]; active: number }

export const mostPanes = 4

export type PaneSide = 'left' | 'right'

/** A single pane. */
export function onePane(pane: Pane): Panes {
  return { items: [pane], active: 0 }
}

/** What keys, commands and the address are about. */
export function activePane({ items, active }: Panes): Pane | undefined {
  return items[active] ?? items[0]
}

/** Shows a conversation where one works now: its own pane where it has one, else it takes the place of the active one. */
export function showIn(panes: Panes, pane: Pane): Panes {
  const known = indexOf(panes, pane.id)
  const at = known >= 0 ? known : Math.min(panes.active, Math.max(0, panes.items.length - 1))
  return panes.items.length === 0 ? onePane(pane) : { items: panes.items.with(at, pane), active: at }
}

/**
 * Opens a conversation beside the pane at `at`, or moves its pane there; it becomes the active one. Where there is no more room it takes
 * the place of the one beside `at`.
 */
export function openBeside(panes: Panes, pane: Pane, at: number = panes.active, side: PaneSide = 'right'): Panes {
  const beside = panes.items[at]
  if (!beside || beside.id === pane.id) return showIn(panes, pane)
  const others = panes.items.filter(({ id }) => id !== pane.id)
  const place = others.indexOf(beside) + (side === 'right' ? 1 : 0)
  if (others.length < mostPanes) return { items: others.toSpliced(place, 0, pane), active: place }
  const taken = side === 'right' ? (place < others.length ? place : place - 2) : place === 0 ? 1 : place - 1
  return { items: others.with(taken, pane), active: taken }
}

/** Closes a pane; the one that takes its place is active then. The last one cannot be closed. */
export function closePane(panes: Panes, at: number): Panes {
  if (panes.items.length <= 1 || panes.items[at] === undefined) return panes
  const items = panes.items.toSpliced(at, 1)
  const active = panes.active > at || panes.active >= items.length ? panes.active - 1 : panes.active
  return { items, active }
}

/** The neighbour's place and its own change hands; nothing happens at the edge. */
export function movePane(panes: Panes, at: number, side: PaneSide): Panes {
  const to = at + (side === 'right' ? 1 : -1)
  const [own, other] = [panes.items[at], panes.items[to]]
  if (!own || !other) return panes
  const active = panes.active === at ? to : panes.active === to ? at : panes.active
  return { items: panes.items.with(at, other).with(to, own), active }
}

/** The next pane to one side, round and round. */
export function stepPane({ items, active }: Panes, by: 1 | -1): Panes {
  return { items, active: (active + by + items.length) % items.length }
}

/** Where a conversation stands; -1: nowhere. */
export function indexOf({ items }: Panes, id: string): number {
  return items.findIndex((one) => one.id === id)
}

/** Shares of the width, one for each pane, that add up to 1; equal ones where these do not fit. */
export function sharesFor(count: number, shares: readonly number[]): readonly number[] {
  const sum = shares.reduce((all, one) => all + one, 0)
  if (shares.length !== count || !(sum > 0) || shares.some((one) => !(one > 0))) return Array.from({ length: count }, () => 1 / count)
  return shares.map((one) => one / sum)
}

/** No pane is dragged smaller than this share. */
const leastShare = 0.12

/** Moves the line between a pane and the one right of it by a share of the whole width. */
export function dragShare(shares: readonly number[], left: number, by: number): readonly number[] {
  const [a, b] = [shares[left], shares[left + 1]]
  if (a === undefined || b === undefined) return shares
  const least = Math.min(leastShare, (a + b) / 2)
  const moved = Math.min(b - least, Math.max(least - a, by))
  return shares.with(left, a + moved).with(left + 1, b - moved)
}
