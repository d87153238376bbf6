import { createHash } from 'node:crypto'
import type { ChangedFile, TreePath } from '../../../shared/domain/changes.ts'
import type { Git } from '../git/git.ts'
import type { DiffRecord } from './diff-records.ts'
import { readObjects, sizesOf, type ObjectsAt } from './objects.ts'
import { pictureType } from './picture.ts'
import type { TreeEntry } from '../snapshots/snapshot.ts'

/** A changed file with what it takes to read both sides. */
export type ComparedFile = Omit<ChangedFile, 'by'> & { old: TreeEntry | null; new: TreeEntry | null }

/** All that differs between two states of a folder. */
export type Comparison = {
  /** In order of their paths. */
  files: readonly ComparedFile[]
  at: ObjectsAt
}

/** A text that is larger is not compared line by line, nor one of which more lines differ. */
export const largestText = 5_000_000
const mostLines = 200_000
/** Bytes of pictures that are looked at for one list; the names of the others tell. */
const sniffed = 16_000_000
const pictureNames = /\.(?:png|jpe?g|gif|webp)"?$/i

const link = '120000'
const repository = '160000'

/** The records with what is known of each file. With `whitespace` false, files that differ in nothing else are left out. */
export async function compare(git: Git, at: ObjectsAt, records: readonly DiffRecord[], whitespace: boolean): Promise<ComparedFile[]> {
  const wanted = whitespace ? records : records.filter((record) => !isOnlySpace(record))
  const objects = wanted.flatMap(({ old, new: now }) =>
    [old, now].flatMap((side) => (side && side.mode !== repository ? [side.object] : [])),
  )
  const sizes = await sizesOf(git, at, objects)
  const pictures = await picturesOf(git, at, wanted, sizes)
  return wanted.map((record) => fileOf(record, sizes, pictures))
}

function fileOf(record: DiffRecord, sizes: ReadonlyMap<string, number>, pictures: ReadonlySet<TreePath>): ComparedFile {
  const { path, from, old, new: now, added, removed } = record
  const oldSize = old ? (sizes.get(old.object) ?? null) : null
  const newSize = now ? (sizes.get(now.object) ?? null) : null
  const content = contentOf(record, Math.max(oldSize ?? 0, newSize ?? 0), pictures.has(path))
  const counted = content === 'text' || content === 'large'
  return {
    path,
    ...(from === null ? {} : { from }),
    kind: kindOf(record),
    content,
    added: counted ? added : null,
    removed: counted ? removed : null,
    oldSize,
    newSize,
    version: versionOf(record),
    old,
    new: now,
  }
}

function kindOf({ from, old, new: now }: DiffRecord): ChangedFile['kind'] {
  if (from !== null) return 'renamed'
  if (old === null) return 'created'
  if (now === null) return 'deleted'
  if (old.mode.slice(0, 3) !== now.mode.slice(0, 3)) return 'type'
  return old.object === now.object ? 'mode' : 'changed'
}

function contentOf({ old, new: now, added, removed }: DiffRecord, size: number, isPicture: boolean): ChangedFile['content'] {
  const mode = now?.mode ?? old?.mode
  if (mode === repository) return 'repository'
  if (mode === link) return 'link'
  if (isPicture) return 'picture'
  if (added === null && old?.object !== now?.object && !isEmptyChange(old, now)) return size > largestText ? 'large' : 'binary'
  return size > largestText || (added ?? 0) + (removed ?? 0) > mostLines ? 'large' : 'text'
}

/** What becomes a link, or was one, has no counts of its own. */
function isEmptyChange(old: TreeEntry | null, now: TreeEntry | null): boolean {
  return old !== null && now !== null && old.mode.slice(0, 3) !== now.mode.slice(0, 3)
}

/** Both sides in one word. */
function versionOf({ from, old, new: now }: DiffRecord): string {
  const sides = [from ?? '', old?.mode, old?.object, now?.mode, now?.object].join('\n')
  return createHash('sha1').update(sides).digest('hex').slice(0, 20)
}

function isOnlySpace({ from, old, new: now, isUncounted }: DiffRecord): boolean {
  return isUncounted && from === null && old !== null && now !== null && old.mode === now.mode
}

async function picturesOf(
  git: Git,
  at: ObjectsAt,
  records: readonly DiffRecord[],
  sizes: ReadonlyMap<string, number>,
): Promise<Set<TreePath>> {
  const found = new Set<TreePath>()
  const looked: { path: TreePath; object: string }[] = []
  let bytes = 0
  for (const { path, old, new: now, added } of records) {
    const side = now ?? old
    if (added !== null || side === null || side.mode === link || side.mode === repository) continue
    bytes += sizes.get(side.object) ?? 0
    if (bytes <= sniffed) looked.push({ path, object: side.object })
    else if (pictureNames.test(path)) found.add(path)
  }
  const contents = await readObjects(
    git,
    at,
    looked.map(({ object }) => object),
  )
  for (const { path, object } of looked) {
    const content = contents.get(object)
    if (content && pictureType(content) !== null) found.add(path)
  }
  return found
}
