import { mostScrollsKept, type ScrollPlace } from '../../shared/domain/workspace.ts'
import { recallWorkspace } from './workspace-memory.ts'

const places = new Map<string, ScrollPlace>(Object.entries(recallWorkspace()?.scroll ?? {}))
const listeners = new Set<() => void>()

/** Where a conversation was left; null: at its end. */
export function scrollPlaceOf(conversationId: string): ScrollPlace | null {
  return places.get(conversationId) ?? null
}

/** The reader is here now; null: at the end, which is where a conversation opens anyway. */
export function keepScrollPlace(conversationId: string, place: ScrollPlace | null): void {
  places.delete(conversationId)
  if (place) places.set(conversationId, place)
  const [oldest] = places.keys()
  if (places.size > mostScrollsKept && oldest !== undefined) places.delete(oldest)
  for (const listener of listeners) listener()
}

export function scrollPlaces(): Record<string, ScrollPlace> {
  return Object.fromEntries(places)
}

/** What was kept elsewhere; what is known here already counts more. */
export function takeScrollPlaces(all: Readonly<Record<string, ScrollPlace>>): void {
  for (const [id, place] of Object.entries(all)) if (!places.has(id) && places.size < mostScrollsKept) places.set(id, place)
}

export function onScrollPlace(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
