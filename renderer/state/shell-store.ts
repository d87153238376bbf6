import { create } from 'zustand'
import type { ShellRun } from '../../shared/domain/shell-run.ts'
import { client } from '../connection/connection.ts'

/** The commands of the user's that run, by conversation. */
export const useShellRuns = create<{ runs: ReadonlyMap<string, readonly ShellRun[]> }>(() => ({ runs: new Map() }))

export function shellChanged(conversationId: string, running: readonly ShellRun[]): void {
  useShellRuns.setState(({ runs }) => {
    const next = new Map(runs)
    if (running.length === 0) next.delete(conversationId)
    else next.set(conversationId, running)
    return { runs: next }
  })
}

/** Reads what runs in a conversation. Where the core is not reached, nothing is shown until it tells. */
export function loadShellRuns(conversationId: string): void {
  client.shell.list({ id: conversationId }).then(
    ({ items }) => shellChanged(conversationId, items),
    () => undefined,
  )
}
