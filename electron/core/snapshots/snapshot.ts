import type { TreePath, Uncovered } from '../../../shared/domain/changes.ts'
import type { GitRun } from '../git/git.ts'
import type { FileModes } from './permissions.ts'

/** How a file is in a snapshot: git's mode (`100644`, `100755`, `120000` a link, `160000` another repository) and the object of its bytes. */
export type TreeEntry = { mode: string; object: string }

/** One path that differs between two trees; null where it does not exist. Renames stand as one that goes and one that comes. */
export type TreeChange = { path: TreePath; old: TreeEntry | null; new: TreeEntry | null }

/** Why a snapshot was taken. `seen`: in between, to tell what others changed from what a turn does. */
export type SnapshotEdge = 'turn-start' | 'turn-end' | 'background-end' | 'before-rewind' | 'after-rewind' | 'seen'

/** Stands among those who worked where Bullpen did not run for a part of it: a person may have been at it too. */
export const unwatched = 'unwatched'
/** Stands among those who worked where snapshots in between were removed, so that nobody can say who of them changed what. */
export const thinned = 'thinned'

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
  /** The object of the files' modes, where any is unusual; see `FileModes`. */
  modes?: string
  /** It was taken while work went on already, so it may hold some of what that work did. */
  late?: true
  /** What this one covers and those before did not though it was there: it did not come since. A path may stand for all that is in it. */
  surfaced?: readonly Uncovered[]
  /** What this one does not cover any more though it is there: nobody knows who changes it until it is covered again. */
  sunk?: readonly Uncovered[]
}

/** What to note with a snapshot that is taken now. `working`: those who are known to work in the folder, unless it is said. */
export type TakeRequest = Pick<Snapshot, 'edge' | 'conversationId' | 'turnId' | 'late'> & Partial<Pick<Snapshot, 'working'>>

/** A snapshot and the folder it is of. */
export type PlacedSnapshot = { folder: string; snapshot: Snapshot }

/** What may be done with a folder while nothing else is. */
export type HeldFolder = {
  /** As `FolderSnapshots.take`, at once. */
  take: (request: TakeRequest) => Promise<Snapshot>
}

/**
 * The snapshots of folders, as changes and rewinds need them. Every call may throw GIT_MISSING, GIT_FAILED, DISK_FULL, and UNAVAILABLE with the
 * reason where a folder is not covered (too large, the user's home, switched off).
 */
export type FolderSnapshots = {
  /** The folder whose snapshots hold `cwd`: the root of its repository, or the real folder itself where it is in none. */
  folderOf: (cwd: string) => Promise<string>
  /** Takes one; those who ask while it waits for its turn share the look at the files. The tree is the same as the last where nothing changed. */
  take: (folder: string, request: TakeRequest) => Promise<Snapshot>
  /** All that are kept, ascending. */
  of: (folder: string) => Promise<readonly Snapshot[]>
  /** The one that was taken as a turn started; null where there is none, or it was removed because of its age. */
  before: (conversationId: string, turnId: string) => Promise<PlacedSnapshot | null>
  /** What differs between two trees, in order of the bytes of the paths. */
  diff: (folder: string, oldTree: string, newTree: string) => Promise<TreeChange[]>
  /** The bytes of an object, at most 64 MB. Throws NOT_FOUND for one that is not there. */
  read: (folder: string, object: string) => Promise<Buffer>
  /** Who may read, write and run files of a snapshot, where that is not as for any new file; of files too that were there before. */
  modesOf: (folder: string, snapshot: Snapshot) => Promise<FileModes>
  /** Keeps bytes and answers their object. It stays for a day, longer when a snapshot or a pinned tree holds it. */
  write: (folder: string, bytes: Uint8Array) => Promise<string>
  /** What the last take of this run has seen and left out; `path` is spelled as a tree path. At most 1,000. */
  uncovered: (folder: string) => readonly Uncovered[]
  /** Waits until no take, rewind or commit is under way in the folder, and keeps them waiting until `work` is done. Not to be called within it. */
  locked: <T>(folder: string, work: (held: HeldFolder) => Promise<T>) => Promise<T>
  /** Keeps trees until then (ISO 8601), whatever becomes of their snapshots. */
  pin: (folder: string, trees: readonly string[], until: string) => Promise<void>
  /** How to reach the store with git itself: for diffs of trees and the like, reading only. */
  gitOf: (folder: string) => Promise<Pick<GitRun, 'gitDir' | 'purpose'>>
}
