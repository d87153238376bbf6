import { create } from 'zustand'
import type { Opener } from '../../shared/domain/opener.ts'
import { client } from '../connection/connection.ts'

/** The programs of this machine that show files and folders; null until they are known. */
export const useOpeners = create<{ openers: readonly Opener[] | null }>(() => ({ openers: null }))

let asked = false

/** Looks for them, once. */
export function loadOpeners(): void {
  if (asked) return
  asked = true
  client.openers.list().then(
    ({ items }) => useOpeners.setState({ openers: items }),
    () => (asked = false),
  )
}
