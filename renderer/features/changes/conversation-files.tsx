import { useCallback, useEffect, useMemo, useState, type MouseEvent, type ReactNode } from 'react'
import { copyEntry, openEntries, openPlace } from '../../commands/open-actions.ts'
import { client } from '../../connection/connection.ts'
import { FileNamesProvider, FilePlacesProvider } from '../../markdown/file-places.ts'
import { useChangesRevision } from '../../state/changes-news.ts'
import { FileNames } from '../../markdown/file-names.ts'
import { usePool } from '../../state/pool-store.ts'
import { PointMenu, type MenuEntry, type MenuPlace } from '../../ui/menu.tsx'
import { pathAndLine } from '../../words/tree-path.ts'

/** The room of a conversation: the files that it names are places to go to. One menu for all of them has the ways to open each. */
export function ConversationFiles({ conversationId, children }: { conversationId: string; children: ReactNode }) {
  const [at, setAt] = useState<MenuPlace | null>(null)
  const [entries, setEntries] = useState<readonly MenuEntry[]>([])
  const names = useFileNames(conversationId)
  const open = useCallback((place: string) => void openPlace({ conversationId, ...pathAndLine(place) }), [conversationId])
  const point = (event: MouseEvent) => {
    const link = event.target instanceof Element ? event.target.closest('[data-file]') : null
    const place = link?.getAttribute('data-file')
    // Elsewhere the browser's own menu stays.
    if (!link || !place) return
    event.preventDefault()
    const { path, line } = pathAndLine(place)
    const show = { id: 'show', label: 'Show changes', run: () => void openPlace({ conversationId, path, line }) }
    setEntries([show, ...openEntries({ conversationId, path, line }), copyEntry(path)])
    const box = link.getBoundingClientRect()
    // The menu key names no point.
    const point = event.clientX === 0 && event.clientY === 0 ? { x: box.left, y: box.bottom } : { x: event.clientX, y: event.clientY }
    setAt({ ...point, from: link instanceof HTMLElement ? link : null })
  }
  return (
    <FilePlacesProvider value={open}>
      <FileNamesProvider value={names}>
        <div className="conversation" onContextMenu={point}>
          {children}
        </div>
      </FileNamesProvider>
      <PointMenu entries={entries} at={at} onClose={() => setAt(null)} />
    </FilePlacesProvider>
  )
}

/** Which files that answers name are there, in the folder that the conversation works in. */
function useFileNames(conversationId: string): FileNames | null {
  const cwd = usePool((state) => state.conversations.get(conversationId)?.cwd ?? null)
  const revision = useChangesRevision(conversationId)
  const names = useMemo(() => (cwd === null ? null : new FileNames((paths) => filesOf(cwd, paths))), [cwd])
  useEffect(() => names?.renew(), [names, revision])
  return names
}

async function filesOf(cwd: string, paths: string[]): Promise<ReadonlySet<string>> {
  const { items } = await client.system.mentions({ cwd, paths })
  return new Set(items.flatMap(({ path, kind }) => (kind === 'file' ? [path] : [])))
}
