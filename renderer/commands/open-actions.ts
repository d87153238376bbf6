import { client } from '../connection/connection.ts'
import { errorCode, errorWords } from '../words/error-words.ts'
import { useOpeners } from '../state/openers-store.ts'
import { toast } from '../state/toasts.ts'
import { ui } from '../state/ui-store.ts'
import type { MenuEntry } from '../ui/menu.tsx'
import { treePathIn } from '../words/tree-path.ts'

/** A file of a conversation's, or its folder where `path` is absent. Paths are within its folder, or absolute. */
export type Place = { conversationId: string; path?: string | undefined; line?: number | undefined }

/** Shows it in a program of the machine's; what goes wrong is told. */
export function openIn({ conversationId, path, line }: Place, program: string): void {
  const place = { conversationId, ...(path === undefined ? {} : { path }), ...(line === undefined ? {} : { line }) }
  client.openers.open({ ...place, with: program }).then(
    ({ with: name }) => toast(`Opened in ${name}.`),
    (thrown: unknown) => toast(errorWords(thrown), 'error', null, path === undefined ? undefined : copyAct(path)),
  )
}

/** Where it was changed, what was changed; else the file itself in the editor. */
export async function openPlace(place: Place & { path: string }): Promise<void> {
  const { conversationId, path, line } = place
  const changed = await changedPlace(conversationId, path)
  if (changed === null) return openIn(place, 'editor')
  return ui.go({ name: 'changes', id: conversationId, ...changed, ...(line === undefined ? {} : { line }) })
}

/** The ways to open it, with the programs that were found. */
export function openEntries(place: Place): Exclude<MenuEntry, 'line'>[] {
  const openers = useOpeners.getState().openers ?? []
  const { path } = place
  const [editor, ...editors] = openers.filter(({ kind }) => kind === 'editor')
  const terminal = openers.find(({ kind }) => kind === 'terminal')
  const files = openers.find(({ kind }) => kind === 'files')
  const entry = (id: string, label: string, program: string, hint?: string) => ({ id, label, hint, run: () => openIn(place, program) })
  return [
    entry('editor', 'Open in editor', 'editor', editor?.name),
    ...editors.map(({ id, name }) => entry(`editor-${id}`, `Open in ${name}`, id)),
    ...(path === undefined ? [entry('terminal', 'Open terminal here', 'terminal', terminal?.name)] : []),
    entry('files', path === undefined ? 'Open folder' : 'Show in folder', 'files', files?.name),
  ]
}

export function copyEntry(text: string, label = 'Copy path'): Exclude<MenuEntry, 'line'> {
  return { id: `copy ${label}`, label, run: () => copy(text) }
}

function copyAct(path: string) {
  return { label: 'Copy path', run: () => copy(path) }
}

function copy(text: string): void {
  navigator.clipboard.writeText(text).then(
    () => toast('Copied.'),
    () => toast('The browser did not allow copying. Select the text and copy it.', 'warning'),
  )
}

type Changed = { path: string; against: string }

/** Where its changes are to be seen: those since the start, else those that are not committed. Null where there are none, or nobody can say. */
async function changedPlace(conversationId: string, path: string): Promise<Changed | null> {
  try {
    const { cwd } = await client.conversations.get({ id: conversationId })
    for (const against of ['start', 'head']) {
      const { folder, items, isRepository } = await client.changes.list({ id: conversationId, against })
      const wanted = treePathIn(folder, cwd ?? folder, path)
      if (wanted !== null && items.some((item) => item.path === wanted)) return { path: wanted, against }
      if (!isRepository) return null
    }
    return null
  } catch (thrown) {
    // Without git there are no changes to be shown; the file is there all the same.
    if (errorCode(thrown) === null) toast(errorWords(thrown), 'error')
    return null
  }
}
