import { useEffect, useState } from 'react'
import { client } from '../../connection/connection.ts'

export type Folders = { prefix: string; items: readonly { path: string; name: string }[] }

const pauseMs = 80
const none: Folders = { prefix: '', items: [] }

/** Folders whose path begins with `prefix`, a moment after it was last changed; none while it is null. */
export function useFolders(prefix: string | null): Folders {
  const [folders, setFolders] = useState<Folders>(none)
  useEffect(() => {
    if (prefix === null) return undefined
    const abort = new AbortController()
    const timer = setTimeout(() => {
      client.system.folders({ prefix }, { signal: abort.signal }).then(
        ({ items }) => setFolders({ prefix, items }),
        () => undefined,
      )
    }, pauseMs)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [prefix])
  return prefix === null ? none : folders
}
