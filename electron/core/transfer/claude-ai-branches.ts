type Place = { uuid: string | null; parent: string | null }

/**
 * The places of messages that an edit or another try took the place of: those that the newest message does not follow. Where a message
 * names no parent, or one that is not there, it follows the one before it; exports of before March 2026 name none at all.
 */
export function replacedPlaces(messages: readonly (Place | null)[], leaf: string | null): ReadonlySet<number> {
  const places = new Map<string, number>()
  for (const [place, message] of messages.entries()) if (message?.uuid) places.set(message.uuid, place)
  if (!messages.some((message) => message?.parent)) return new Set()
  const followed = new Set<number>()
  let at: number | undefined = (leaf === null ? undefined : places.get(leaf)) ?? messages.length - 1
  while (at !== undefined && at >= 0 && !followed.has(at)) {
    followed.add(at)
    const parent: string | null = messages[at]?.parent ?? null
    if (parent === root) break
    at = (parent === null ? undefined : places.get(parent)) ?? at - 1
  }
  return new Set(messages.flatMap((_, place) => (followed.has(place) ? [] : [place])))
}

/** The parent of a first message. */
const root = '00000000-0000-4000-8000-000000000000'
