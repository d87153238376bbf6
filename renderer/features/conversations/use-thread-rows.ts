import { useMemo } from 'react'
import { useStore } from 'zustand'
import type { Thread, ThreadView } from '../../state/thread.ts'
import type { ThreadRow } from './thread-row.ts'
import { storedRows, withLiveRows } from './thread-rows.ts'

/** The rows of a thread; while text streams only the last of them are new objects. */
export function useThreadRows(thread: Thread): readonly ThreadRow[] {
  const part =
    <K extends keyof ThreadView>(key: K) =>
    (state: ThreadView) =>
      state[key]
  const messages = useStore(thread.store, part('messages'))
  const older = useStore(thread.store, part('older'))
  const tools = useStore(thread.store, part('tools'))
  const approvals = useStore(thread.store, part('approvals'))
  const turns = useStore(thread.store, part('turns'))
  const runningTurnId = useStore(thread.store, part('runningTurnId'))
  const notices = useStore(thread.store, part('notices'))
  const provisional = useStore(thread.store, part('provisional'))
  const stored = useMemo(
    () => storedRows({ messages, older, tools, approvals, turns, runningTurnId, notices }),
    [messages, older, tools, approvals, turns, runningTurnId, notices],
  )
  const newer = useStore(thread.store, part('newer'))
  return useMemo(
    () => (newer ? stored : withLiveRows(stored, { provisional, runningTurnId, turns })),
    [stored, newer, provisional, runningTurnId, turns],
  )
}
