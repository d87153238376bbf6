import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { lstat, open, readlink } from 'node:fs/promises'
import type { Git } from '../git/git.ts'
import { diskPath } from '../git/tree-path.ts'
import type { FolderSnapshots, Snapshot, TreeEntry } from '../snapshots/snapshot.ts'
import { compare, type ComparedFile, type Comparison } from './comparison.ts'
import { readRecords, recordArguments } from './diff-records.ts'
import { Memo } from './memo.ts'

/** Larger files are not read to see whether they are still the same. */
const readAgain = 8_000_000

/** Two snapshots of a folder, compared; the latest few are kept. */
export class SnapshotComparisons {
  readonly #git: Git
  readonly #snapshots: FolderSnapshots
  readonly #known = new Memo<Comparison>(8)

  constructor(git: Git, snapshots: FolderSnapshots) {
    this.#git = git
    this.#snapshots = snapshots
  }

  of(folder: string, from: Snapshot, now: Snapshot, whitespace: boolean): Promise<Comparison> {
    return this.#known.get(`${folder}\n${from.tree} ${now.tree} ${whitespace}`, async () => {
      const at = await this.#snapshots.gitOf(folder)
      const args = ['diff-tree', ...recordArguments, ...(whitespace ? [] : ['-w']), from.tree, now.tree]
      const records = readRecords(await this.#git.output(args, at))
      return { at, files: await compare(this.#git, at, records, whitespace) }
    })
  }

  /** Whether a file of the folder is still as it was compared, by its bytes. */
  async isSame(folder: string, { path, new: now }: ComparedFile): Promise<boolean> {
    try {
      return await holds(diskPath(folder, path), now)
    } catch {
      return false
    }
  }
}

async function holds(place: string | Buffer, entry: TreeEntry | null): Promise<boolean> {
  const found = await lstat(place).catch(() => null)
  if (found === null || entry === null) return found === null && entry === null
  if (entry.mode === '120000') {
    return found.isSymbolicLink() && objectOf(await readlink(place, { encoding: 'buffer' }), entry.object) === entry.object
  }
  if (!found.isFile() || found.size > readAgain) return false
  if (process.platform !== 'win32' && (found.mode & 0o100) !== (entry.mode === '100755' ? 0o100 : 0)) return false
  const file = await open(place, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
  try {
    return objectOf(await file.readFile(), entry.object) === entry.object
  } finally {
    await file.close()
  }
}

/** The name that git gives to bytes, of the kind that `like` is. */
function objectOf(bytes: Buffer, like: string): string {
  return createHash(like.length === 40 ? 'sha1' : 'sha256')
    .update(`blob ${bytes.length}\0`)
    .update(bytes)
    .digest('hex')
}
