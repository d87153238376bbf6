import { create } from 'zustand'
import type { VaultSession } from '../../../shared/domain/vault.ts'
import { client } from '../../connection/connection.ts'
import { errorWords } from '../../words/error-words.ts'
import { toast } from '../../state/toasts.ts'
import { plural } from '../../words/figures.ts'
import { vault, windows } from './vault-store.ts'

/** Sessions that something is being done with. */
export const useBusy = create<{ ids: ReadonlySet<string> }>(() => ({ ids: new Set() }))

/** Puts a deleted transcript back into Claude Code's folder, or an earlier state of one. */
export async function restoreSession({ sessionId, title }: VaultSession, version?: number): Promise<void> {
  await whileBusy(sessionId, async () => {
    const { files, session } = await client.vault.restore({ sessionId, ...(version === undefined ? {} : { version }) })
    if (session.sessionId !== sessionId) {
      vault.look(session.sessionId)
      return toast(`The earlier “${title}” is in Claude Code as a separate session: ${session.sessionId}.`)
    }
    const agents = files.length - 1
    const beside = agents > 0 ? `, with ${plural(agents, 'file')} of its sub-agents` : ''
    return toast(`“${title}” is back in Claude Code${beside}. It can be resumed there.`)
  })
  windows.refresh()
}

export async function scanNow(): Promise<void> {
  try {
    await client.vault.scan({})
  } catch (thrown) {
    toast(errorWords(thrown), 'error')
  }
}

export async function copyResume({ sessionId, cwd }: VaultSession): Promise<void> {
  const folder = cwd === null ? '' : `cd ${quoted(cwd)} && `
  try {
    await navigator.clipboard.writeText(`${folder}claude --resume ${sessionId}`)
    toast('The command is copied. Paste it in a terminal.')
  } catch {
    toast(`Run this in a terminal: ${folder}claude --resume ${sessionId}`)
  }
}

function quoted(path: string): string {
  return `'${path.replaceAll("'", `'\\''`)}'`
}

async function whileBusy(sessionId: string, act: () => Promise<void>): Promise<void> {
  if (useBusy.getState().ids.has(sessionId)) return
  useBusy.setState(({ ids }) => ({ ids: new Set([...ids, sessionId]) }))
  try {
    await act()
  } catch (thrown) {
    toast(errorWords(thrown), 'error')
  } finally {
    useBusy.setState(({ ids }) => ({ ids: new Set([...ids].filter((id) => id !== sessionId)) }))
  }
}
