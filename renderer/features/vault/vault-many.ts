import { create } from 'zustand'
import type { VaultSession } from '../../../shared/domain/vault.ts'
import { client } from '../../connection/connection.ts'
import { errorWords } from '../../words/error-words.ts'
import { toast } from '../../state/toasts.ts'
import { ui } from '../../state/ui-store.ts'
import { plural } from '../../words/figures.ts'
import { windows } from './vault-store.ts'

type ManyWork = { verb: string; done: number; total: number; stop: () => void }

/** What is being done to many sessions. */
export const useManyWork = create<{ work: ManyWork | null }>(() => ({ work: null }))

/** Makes a conversation of each; answers their ids. */
export async function openMany(sessions: readonly VaultSession[]): Promise<string[]> {
  const opened = await each('Opening', sessions, async ({ sessionId }) => (await client.vault.open({ sessionId })).id)
  if (opened.length > 0)
    toast(`${plural(opened.length, 'session')} can now be continued as conversations.`, 'info', null, {
      label: 'Show the library',
      run: () => ui.go({ name: 'library' }),
    })
  return opened
}

/** Puts those that Claude Code has deleted back into its folder. */
export async function restoreMany(sessions: readonly VaultSession[]): Promise<void> {
  const gone = sessions.filter(({ isInClaude }) => !isInClaude)
  const back = await each('Restoring', gone, async ({ sessionId }) => (await client.vault.restore({ sessionId })).session.sessionId)
  if (back.length > 0) toast(`${plural(back.length, 'session')} ${back.length === 1 ? 'is' : 'are'} back in Claude Code.`)
}

/** What is exported are conversations, so that is what they become first. */
export async function exportMany(sessions: readonly VaultSession[]): Promise<void> {
  const ids = await openMany(sessions)
  if (ids.length > 0) ui.openDialog({ name: 'export', ids })
}

/** One after another, so that it can be watched and stopped; says what was refused and why. */
async function each<T>(verb: string, sessions: readonly VaultSession[], act: (session: VaultSession) => Promise<T>): Promise<T[]> {
  const results: T[] = []
  const refused: string[] = []
  let stopped = false
  for (const [done, session] of sessions.entries()) {
    if (stopped) break
    useManyWork.setState({ work: { verb, done, total: sessions.length, stop: () => (stopped = true) } })
    try {
      results.push(await act(session))
    } catch (thrown) {
      refused.push(`“${session.title}”: ${errorWords(thrown)}`)
    }
  }
  useManyWork.setState({ work: null })
  const [first] = refused
  if (first !== undefined)
    toast(refused.length === 1 ? first : `${first} So it was with ${plural(refused.length - 1, 'other session')}.`, 'error')
  windows.refresh()
  return results
}
