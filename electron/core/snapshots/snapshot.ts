import type { TreePath } from '../../../shared/domain/changes.ts'

/** How a file is in a snapshot: git's mode (`100644`, `100755`, `120000` a link, `160000` another repository) and the object of its bytes. */
export type TreeEntry = { mode: string; object: string }

/** One path that differs between two trees; null where it does not exist. Renames stand as one that goes and one that comes. */
export type TreeChange = { path: TreePath; old: TreeEntry | null; new: TreeEntry | null }

/** Why a snapshot was taken. `seen`: in between, to tell what others changed from what a turn does. */
export type SnapshotEdge = 'turn-start' | 'turn-end' | 'background-end' | 'before-rewind' | 'after-rewind' | 'seen'

/**
 * A snapshot of a folder: git's tree of all its files that are covered. Between it and the next one of the folder worked the conversations in
 * `working`: nobody is a person or another program, several means that nobody can say which.
 */
export type Snapshot = {
  /** Ascends within the folder. */
  seq: number
  tree: string
  /** ISO 8601. */
  at: string
  edge: SnapshotEdge
  conversationId: string | null
  turnId: string | null
  working: readonly string[]
}
