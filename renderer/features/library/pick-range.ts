import { client } from '../../connection/connection.ts'
import { errorWords } from '../../words/error-words.ts'
import { toast } from '../../state/toasts.ts'
import { library, useLibrary, windows } from '../../state/library-store.ts'
import { rowAt } from '../../state/library-rows.ts'

const mostRows = 5_000
let anchor = 0

/** Where a range of picked rows begins. */
export function anchorAt(index: number): void {
  anchor = index
}

/** Picks all rows from the last one that was picked by itself; those that are not here are fetched. */
export async function pickRange(index: number): Promise<void> {
  const { layout, query } = windows.store.getState()
  const items = [anchor, index].map((row) => {
    const place = rowAt(layout, row)
    return place === null ? 0 : place.kind === 'group' ? place.next : place.item
  })
  const from = Math.min(...items)
  const to = Math.min(Math.max(...items), from + mostRows)
  try {
    for (let offset = from; offset <= to; offset += 500) {
      const window = await client.library.list({ ...query, offset, limit: Math.min(500, to - offset + 1) })
      // Another list may be shown by now.
      if (useLibrary.getState().query === query) library.pick(window.items, true)
    }
  } catch (thrown) {
    toast(errorWords(thrown), 'error')
  }
}
