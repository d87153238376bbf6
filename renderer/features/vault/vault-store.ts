import { create } from 'zustand'
import type { VaultSession } from '../../../shared/domain/vault.ts'
import { client } from '../../connection/connection.ts'
import { originFilter } from '../../words/origin-words.ts'
import { errorWords } from '../../words/error-words.ts'
import { VaultWindows, type VaultQuery } from './vault-windows.ts'

type View = {
  query: VaultQuery
  /** The words as they are typed. */
  typed: string
  /** The session that is looked at closely. */
  openId: string | null
  /** Sessions that were picked, with what is known of them. */
  picked: ReadonlyMap<string, VaultSession>
}

export const useVault = create<View>(() => ({ query: { state: 'all', q: '', sort: 'newest' }, typed: '', openId: null, picked: new Map() }))

/** The rows, kept while one looks elsewhere and comes back. */
export const windows = new VaultWindows(useVault.getState().query, (query, place) => client.vault.list({ ...query, ...place }), errorWords)

const typingMs = 120
let typing: ReturnType<typeof setTimeout> | undefined

export const vault = {
  filter: (change: Partial<VaultQuery>): void => {
    const query = { ...useVault.getState().query, ...change }
    useVault.setState({ query, openId: null, picked: new Map() })
    windows.show(query)
  },
  type: (typed: string): void => {
    useVault.setState({ typed })
    clearTimeout(typing)
    typing = setTimeout(() => vault.filter({ q: typed.trim() }), typingMs)
  },
  clear: (): void => {
    clearTimeout(typing)
    useVault.setState({ typed: '' })
    vault.filter({ state: 'all', q: '', ...originFilter('') })
  },
  pick: (sessions: readonly VaultSession[], picked: boolean): void =>
    useVault.setState(({ picked: before }) => {
      const next = new Map(before)
      for (const session of sessions) {
        if (picked) next.set(session.sessionId, session)
        else next.delete(session.sessionId)
      }
      return { picked: next }
    }),
  pickNone: (): void => useVault.setState({ picked: new Map() }),
  look: (openId: string | null): void => useVault.setState({ openId }),
}
