import { statSync } from 'node:fs'
import { readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { compressFile, expandFile } from '../storage/gzip-file.ts'

/** Behind the name of a copy that is gzip: nothing of Claude Code's ends so. */
const packedEnding = '.bullpen.gz'
/** Smaller files take a block of the disk either way. */
const packFromBytes = 4_096

/** An earlier copy of a file, kept as it was rewritten: the first is 1. `until`: when it was last written to, in milliseconds. */
export type EarlierCopy = { version: number; path: string; compressed: boolean; diskBytes: number; until: number }

export function packedCopy(copy: string): string {
  return `${copy}${packedEnding}`
}

export function isWorthPacking(bytes: number): boolean {
  return bytes >= packFromBytes
}

/**
 * Makes the compressed form of a copy, which was read back byte for byte when this resolves; answers its size. The plain one stays
 * until it is known that there is another: where both are, after a crash, the plain one counts. Throws what `compressFile` throws.
 */
export async function packCopy(copy: string): Promise<number> {
  await compressFile(copy, packedCopy(copy))
  return (await stat(packedCopy(copy))).size
}

/** Makes the copy plain again, if it is compressed. A damaged one gives what it can and is kept beside. */
export async function unpackCopy(copy: string): Promise<void> {
  const packed = packedCopy(copy)
  if (isThere(copy)) return rm(packed, { force: true })
  if (!isThere(packed)) return
  if (await expandFile(packed, copy)) await rm(packed)
  else await rename(packed, `${packed}.damaged-${Date.now()}`)
}

/** Compresses earlier copies, which never change. Answers the number of the last one, and what all of them take on the disk. */
export async function packEarlier(copy: string): Promise<{ versions: number; versionBytes: number }> {
  const known = { versions: 0, versionBytes: 0 }
  for (const { version, path, compressed, diskBytes } of await earlierCopies(copy)) {
    known.versions = version
    if (compressed || !isWorthPacking(diskBytes)) known.versionBytes += diskBytes
    else {
      known.versionBytes += await packCopy(path)
      await rm(path)
    }
  }
  return known
}

/** Without reading the folder, which thousands of copies may share. */
export function hasEarlier(copy: string): boolean {
  return isThere(`${copy}.v1`) || isThere(packedCopy(`${copy}.v1`))
}

/** The earlier copies that are there, the first one first. */
export async function earlierCopies(copy: string): Promise<EarlierCopy[]> {
  const found = new Map<number, EarlierCopy>()
  const beginning = `${basename(copy)}.v`
  for (const name of await readdir(dirname(copy)).catch(() => [])) {
    const match = name.startsWith(beginning) ? /^(\d{1,6})(\.bullpen\.gz)?$/.exec(name.slice(beginning.length)) : null
    if (!match) continue
    const version = Number(match[1])
    const compressed = match[2] !== undefined
    const path = join(dirname(copy), name)
    const file = await stat(path).catch(() => null)
    // Where both are, packing it was cut off.
    if (file && (!compressed || !found.has(version)))
      found.set(version, { version, path, compressed, diskBytes: file.size, until: file.mtimeMs })
  }
  return [...found.values()].toSorted((a, b) => a.version - b.version)
}

/** Deletes all earlier copies for good. */
export async function removeEarlier(copy: string): Promise<void> {
  for (const { path } of await earlierCopies(copy)) {
    await rm(path, { force: true })
    await rm(packedCopy(path), { force: true })
  }
}

/** Deletes a copy for good, and the earlier ones. */
export async function removeCopy(copy: string): Promise<void> {
  await removeEarlier(copy)
  await rm(copy, { force: true })
  await rm(packedCopy(copy), { force: true })
}

/** All copies below a folder, as the places of their originals, with `/` between the parts. */
export async function copiesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .split('\\')
        .join('/'),
    )
  return [...new Set(paths.map((path) => (path.endsWith(packedEnding) ? path.slice(0, -packedEnding.length) : path)))].filter(
    (path) => !/\.(v\d+|tmp)$|\.damaged-\d+$/.test(path),
  )
}

export function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined
}
