/** The places of items in an order that is held. */
export function placesOf(ids: readonly string[]): ReadonlyMap<string, number> {
  return new Map(ids.map((id, place) => [id, place]))
}

/** The same items in an order that was held: nothing known moves, and what is new comes first. */
export function inHeldOrder<T extends { id: string }>(items: readonly T[], places: ReadonlyMap<string, number>): T[] {
  const fresh: T[] = []
  const known: (T | undefined)[] = Array.from({ length: places.size })
  for (const item of items) {
    const place = places.get(item.id)
    if (place === undefined) fresh.push(item)
    else known[place] = item
  }
  return [...fresh, ...known.filter((item) => item !== undefined)]
}
