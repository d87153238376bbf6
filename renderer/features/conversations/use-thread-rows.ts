import { useMemo, useRef } from 'react'
import { useStore } from 'zustand'
import type { Thread, ThreadView } from '../../state/thread.ts'
import type { ThreadRow } from './thread-row.ts'
import { storedRows, withLiveRows } from './thread-rows.ts'

/** The rows of a thread; while text streams only the last of them are new objects. */
export function useThreadRows(thread: Thread): readonly ThreadRow[] {
  const part = <K extends keyof ThreadView>(key: K) => (state: ThreadView) => state[key]
  const messages = useStore(thread.store, part('messages'))
  const tools = useStore(thread.store, part('tools'))
  const approvals = useStore(thread.store, part('approvals'))
  const turns = useStore(thread.store, part('turns'))
  const runningTurnId = useStore(thread.store, part('runningTurnId'))
  const notices = useStore(thread.store, part('notices'))
  const provisional = useStore(thread.store, part('provisional'))
  const stored = useMemo(() => storedRows({ messages, tools, approvals, turns, runningTurnId, notices }), [messages, tools, approvals, turns, runningTurnId, notices])
  return useMemo(() => withLiveRows(stored, { provisional, runningTurnId, turns }), [stored, provisional, runningTurnId, turns])
}

const firstOfAll = 1_000_000

/** The number of the first row for the virtual list, which falls by as many rows as came in before the ones that were there. */
export function useFirstIndex(rows: readonly ThreadRow[], generation: number): number {
  const before = useRef({ generation, keys: [] as string[], first: firstOfAll })
  return useMemo(() => {
    const known = before.current
    const first = known.generation === generation ? known.first - rowsBefore(rows, known.keys) : firstOfAll
    before.current = { generation, keys: rows.slice(0, 40).map((row) => row.key), first }
    return first
  }, [rows, generation])
}

/** How many rows stand before the first known one now; 0 where none of them is left. */
export function rowsBefore(rows: readonly ThreadRow[], keys: readonly string[]): number {
  if (keys.length === 0 || rows[0]?.key === keys[0]) return 0
  const places = new Map(rows.map((row, place) => [row.key, place]))
  for (const [offset, key] of keys.entries()) {
    const place = places.get(key)
    if (place !== undefined) return Math.max(0, place - offset)
  }
  return 0
}
