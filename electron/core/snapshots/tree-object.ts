import { createHash } from 'node:crypto'
import type { TreeEntry } from './snapshot.ts'

/** An object of a store: what it is, its bytes, and its name: the hash of both. */
export type StoreObject = { name: string; type: 'blob' | 'tree'; bytes: Buffer }
/** What a folder holds, by name; names are bytes, written as latin1. */
export type TreeEntries = Map<string, TreeEntry>

/** The mode of a folder within a folder. */
export const folderMode = '40000'
const hashBytes = 20
const space = 0x20

/** An object of these bytes. */
export function objectOf(type: StoreObject['type'], bytes: Buffer): StoreObject {
  return { type, bytes, name: createHash('sha1').update(`${type} ${bytes.length}\0`).update(bytes).digest('hex') }
}

/** Reads git's tree: `<mode> <name>`, a zero, and the hash of what lies there, again and again. */
export function entriesOf(tree: Buffer): TreeEntries {
  const entries: TreeEntries = new Map()
  for (let at = 0; at < tree.length;) {
    const nameAt = tree.indexOf(space, at) + 1
    const hashAt = tree.indexOf(0, nameAt) + 1
    const object = tree.toString('hex', hashAt, hashAt + hashBytes)
    entries.set(tree.toString('latin1', nameAt, hashAt - 1), { mode: tree.toString('latin1', at, nameAt - 1), object })
    at = hashAt + hashBytes
  }
  return entries
}

/** Writes git's tree: in the order of the names' bytes, folders as if their names ended with a slash. */
export function treeOf(entries: TreeEntries): Buffer {
  const keyed = [...entries].map(([name, entry]) => ({ key: entry.mode === folderMode ? `${name}/` : name, name, entry }))
  const parts = keyed
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
    .flatMap(({ name, entry }) => [Buffer.from(`${entry.mode} ${name}\0`, 'latin1'), Buffer.from(entry.object, 'hex')])
  return Buffer.concat(parts)
}
