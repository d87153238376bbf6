import { useEffect, useMemo } from 'react'
import { create } from 'zustand'
import { client } from '../../connection/connection.ts'
import { usePool } from '../../state/pool-store.ts'

const mostAtOnce = 100

/** Titles of conversations that figures are about and that the page does not hold, which are all but the newest; null of those that are gone. */
export const useOldTitles = create<{ titles: ReadonlyMap<string, string | null> }>(() => ({ titles: new Map() }))

/** Fetches the titles of conversations that the page does not know yet. */
export function useTitles(ids: readonly (string | null)[]): void {
  const known = usePool((state) => state.conversations)
  const titles = useOldTitles((state) => state.titles)
  const missing = useMemo(() => {
    const unknown = [...new Set(ids)].flatMap((id) => (id === null || id === '' || known.has(id) || titles.has(id) ? [] : [id]))
    return unknown.slice(0, mostAtOnce)
  }, [ids, known, titles])
  useEffect(() => {
    if (missing.length === 0) return
    void Promise.all(missing.map(titleOf)).then((found) =>
      useOldTitles.setState((state) => ({ titles: new Map([...state.titles, ...found]) })),
    )
  }, [missing])
}

async function titleOf(id: string): Promise<readonly [string, string | null]> {
  try {
    return [id, (await client.conversations.get({ id })).title]
  } catch {
    return [id, null]
  }
}
