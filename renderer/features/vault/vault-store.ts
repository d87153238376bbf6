import { create } from 'zustand'
import { client } from '../../connection/connection.ts'
import { errorWords } from '../../connection/error-words.ts'
import { VaultWindows, type VaultQuery } from './vault-windows.ts'

type View = {
  query: VaultQuery
  /** The words as they are typed. */
  typed: string
  /** The session that is looked at closely. */
  openId: string | null
}

export const useVault = create<View>(() => ({ query: { state: 'all', q: '', sort: 'newest' }, typed: '', openId: null }))

/** The rows, kept while one looks elsewhere and comes back. */
export const windows = new VaultWindows(useVault.getState().query, (query, place) => client.vault.list({ ...query, ...place }), errorWords)

const typingMs = 120
let typing: ReturnType<typeof setTimeout> | undefined

export const vault = {
  filter: (change: Partial<VaultQuery>): void => {
    const query = { ...useVault.getState().query, ...change }
    useVault.setState({ query, openId: null })
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
    vault.filter({ state: 'all', q: '' })
  },
  look: (openId: string | null): void => useVault.setState({ openId }),
}
