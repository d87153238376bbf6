import { useEffect, useState } from 'react'
import type { Firing, Trigger } from '../../../shared/domain/trigger.ts'
import { client } from '../../connection/connection.ts'
import { errorWords } from '../../words/error-words.ts'

const pageSize = 50

type Firings = { firings: readonly Firing[] | null; cursor: string | null; problem: string | null }

/** The history of a trigger, the newest first, kept up as it goes on. */
export function useFirings(trigger: Trigger) {
  const { id } = trigger
  const [state, setState] = useState<Firings>({ firings: null, cursor: null, problem: null })
  // Whatever came of a firing has changed the trigger too.
  useEffect(() => {
    let isNewest = true
    client.triggers.history({ id, limit: pageSize }).then(
      ({ items, nextCursor }) => isNewest && setState((before) => withNewest(before, items, nextCursor)),
      (thrown: unknown) => isNewest && setState((before) => ({ ...before, problem: errorWords(thrown) })),
    )
    return () => {
      isNewest = false
    }
  }, [id, trigger])
  const { firings, cursor, problem } = state
  const loadOlder = () => {
    if (cursor === null) return
    client.triggers.history({ id, limit: pageSize, cursor }).then(
      ({ items, nextCursor }) =>
        setState((before) => ({ firings: [...(before.firings ?? []), ...unknownTo(before, items)], cursor: nextCursor, problem: null })),
      (thrown: unknown) => setState((before) => ({ ...before, problem: errorWords(thrown) })),
    )
  }
  return { firings, hasOlder: cursor !== null, problem, loadOlder }
}

/** Older pages that were read stay, as far as the newest page joins them. */
function withNewest(before: Firings, items: readonly Firing[], nextCursor: string | null): Firings {
  const known = before.firings ?? []
  const last = items.at(-1)
  const at = last === undefined ? -1 : known.findIndex(({ id }) => id === last.id)
  const older = at < 0 ? [] : known.slice(at + 1)
  return { firings: [...items, ...older], cursor: older.length > 0 ? before.cursor : nextCursor, problem: null }
}

function unknownTo({ firings }: Firings, items: readonly Firing[]): Firing[] {
  const known = new Set(firings?.map(({ id }) => id))
  return items.filter(({ id }) => !known.has(id))
}
