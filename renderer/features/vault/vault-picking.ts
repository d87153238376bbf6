import { client } from '../../connection/connection.ts'
import { errorWords } from '../../words/error-words.ts'
import { toast } from '../../state/toasts.ts'
import { useVault, vault, windows } from './vault-store.ts'

const perCall = 1_000
let anchor = 0

/** Where a range of picked rows begins. */
export function anchorAt(index: number): void {
  anchor = index
}

/** Picks all rows from the last one that was picked by itself; those that are not here are fetched. */
export function pickRange(index: number): Promise<void> {
  return pickRows(Math.min(anchor, index), Math.max(anchor, index))
}

/** Picks all that the filters let through. */
export function pickAll(): Promise<void> {
  return pickRows(0, windows.store.getState().total - 1)
}

async function pickRows(from: number, to: number): Promise<void> {
  const { query } = useVault.getState()
  try {
    for (let offset = from; offset <= to; offset += perCall) {
      const { items } = await client.vault.list({ ...query, offset, limit: Math.min(perCall, to - offset + 1) })
      // Another list may be shown by now.
      if (useVault.getState().query !== query) return
      vault.pick(items, true)
    }
  } catch (thrown) {
    toast(errorWords(thrown), 'error')
  }
}
