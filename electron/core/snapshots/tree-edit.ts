import type { TreeEntry } from './snapshot.ts'
import { entriesOf, folderMode, objectOf, treeOf, type StoreObject, type TreeEntries } from './tree-object.ts'

/** What is to be changed in a folder, by name: null goes; a map is what is to be changed in the folder of that name. */
type Edits = Map<string, TreeEntry | null | Edits>

/** Reads the bytes of an object. */
export type ReadObject = (object: string) => Promise<Buffer>

/** Changes of a tree, gathered and made at once: only the folders that they touch are read and written. */
export class TreeEdit {
  readonly #edits: Edits = new Map()
  readonly #made: StoreObject[] = []
  readonly #read: ReadObject

  constructor(read: ReadObject) {
    this.#read = read
  }

  /** `path`: bytes with slashes. Whatever was there before, also where a file was a folder, gives way to what is set. */
  set(path: Buffer, entry: TreeEntry | null): void {
    const parts = path.toString('latin1').split('/')
    let edits = this.#edits
    for (const part of parts.slice(0, -1)) {
      const known = edits.get(part)
      const inner: Edits = known instanceof Map ? known : new Map()
      edits.set(part, inner)
      edits = inner
    }
    edits.set(parts.at(-1) ?? '', entry)
  }

  /** Answers the new tree's name, and the trees that have to be written for it. */
  async apply(tree: string): Promise<{ tree: string; made: readonly StoreObject[] }> {
    const made = await this.#folder(this.#edits, tree)
    return { tree: made ?? this.#make(new Map()), made: this.#made }
  }

  /** Null where nothing is left in it. */
  async #folder(edits: Edits, tree: string | null): Promise<string | null> {
    const entries: TreeEntries = tree === null ? new Map() : entriesOf(await this.#read(tree))
    await Promise.all([...edits].map(([name, edit]) => this.#edit(entries, name, edit)))
    return entries.size === 0 ? null : this.#make(entries)
  }

  async #edit(entries: TreeEntries, name: string, edit: TreeEntry | null | Edits): Promise<void> {
    if (!(edit instanceof Map)) {
      if (edit === null) entries.delete(name)
      else entries.set(name, edit)
      return
    }
    const old = entries.get(name)
    const isFolder = old?.mode === folderMode
    const tree = await this.#folder(edit, isFolder ? old.object : null)
    if (tree !== null) entries.set(name, { mode: folderMode, object: tree })
    else if (isFolder) entries.delete(name)
  }

  #make(entries: TreeEntries): string {
    const object = objectOf('tree', treeOf(entries))
    this.#made.push(object)
    return object.name
  }
}
