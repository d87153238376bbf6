import type { Way } from '../../shared/domain/way.ts'

/** `''`: none was chosen, which is the pool's. */
export type WayChoice = { value: Way | ''; label: string; hint: string }

/** The ways of working, the usual one first: the one list that forms and screens share. */
export const wayChoices: readonly WayChoice[] = [
  { value: '', label: 'From the pool', hint: 'Its process stays until the pool parks it.' },
  { value: 'kept-alive', label: 'Kept alive', hint: 'Its process always runs: it starts with Bullpen and is never parked to save memory.' },
  { value: 'fresh', label: 'A fresh process each time', hint: 'Each turn gets a new process that ends with it. Turns start more slowly.' },
  { value: 'event-driven', label: 'Event-driven', hint: 'Starts when a message, a trigger or a topic needs it, and is parked when idle.' },
]

/** What was chosen, by name. */
export function wayWords(way: Way | undefined): string {
  return (wayChoices.find(({ value }) => value === (way ?? '')) ?? wayChoices[0])?.label ?? ''
}
