import type { ChangedFile } from '../../../shared/domain/changes.ts'

export type FileRow =
  | { type: 'folder'; path: string; name: string; depth: number; files: number; open: boolean }
  | { type: 'file'; file: ChangedFile; name: string; depth: number }

/** A file whose path has every word of the filter, whatever its case. */
export function matches(file: ChangedFile, filter: string): boolean {
  const path = `${file.path}\n${file.from ?? ''}`.toLowerCase()
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => path.includes(word))
}

/** Files as a list of their paths. */
export function listRows(files: readonly ChangedFile[]): FileRow[] {
  return files.map((file) => ({ type: 'file', file, name: file.path, depth: 0 }))
}

type Folder = { path: string; folders: Map<string, Folder>; files: ChangedFile[]; count: number }

/** Files below their folders; a folder that holds nothing but one folder stands in one row with it. */
export function treeRows(files: readonly ChangedFile[], closed: ReadonlySet<string>): FileRow[] {
  const root = newFolder('')
  for (const file of files) {
    let at = root
    at.count += 1
    for (const name of partsOf(file.path).slice(0, -1)) {
      const known = at.folders.get(name) ?? newFolder(at.path === '' ? name : `${at.path}/${name}`)
      at.folders.set(name, known)
      known.count += 1
      at = known
    }
    at.files.push(file)
  }
  const rows: FileRow[] = []
  add(rows, root, 0, closed)
  return rows
}

function add(rows: FileRow[], folder: Folder, depth: number, closed: ReadonlySet<string>): void {
  for (const [name, child] of folder.folders) {
    const { shown, words } = joined(child, name)
    const open = !closed.has(shown.path)
    rows.push({ type: 'folder', path: shown.path, name: words, depth, files: shown.count, open })
    if (open) add(rows, shown, depth + 1, closed)
  }
  for (const file of folder.files) rows.push({ type: 'file', file, name: partsOf(file.path).at(-1) ?? file.path, depth })
}

function joined(folder: Folder, name: string): { shown: Folder; words: string } {
  let [shown, words] = [folder, name]
  while (shown.files.length === 0 && shown.folders.size === 1) {
    const [only] = shown.folders
    if (only === undefined) break
    words = `${words}/${only[0]}`
    shown = only[1]
  }
  return { shown, words }
}

function newFolder(path: string): Folder {
  return { path, folders: new Map(), files: [], count: 0 }
}

/** One that stands in quotation marks is in one piece: its bytes are no names. */
function partsOf(path: string): string[] {
  return path.startsWith('"') ? [path] : path.split('/')
}
