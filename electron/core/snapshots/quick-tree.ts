import { constants, lstat, open, readlink } from 'node:fs/promises'
import type { BigIntStats } from 'node:fs'
import { AppError } from '../../../shared/app-error.ts'
import { onDisk } from '../git/on-disk.ts'
import { packOf } from './object-pack.ts'
import type { ObjectReader } from './object-reader.ts'
import type { Found } from './scan.ts'
import type { TreeEntry } from './snapshot.ts'
import type { StoreGit } from './store-git.ts'
import { TreeEdit } from './tree-edit.ts'
import { objectOf, type StoreObject } from './tree-object.ts'

/** `stamp`: what the system says of the file; null where its times are too new to tell the next change. `object`: null where it is kept. */
type File = { path: Buffer; stamp: string | null; entry: TreeEntry; object: StoreObject | null }

const atOnce = 32
/** A pipe or link that has come into a file's place is neither waited for nor followed. */
const openFlags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
/** A change may leave the times of a file as they are for that long: where they have fractions of a millisecond, and where they may be whole seconds. */
const tickMs = 100n
const slowTickMs = 2_100n
const nanos = 1_000_000n

/**
 * Makes the tree of what is known with what was found besides: without touching the index, which costs more than all else where few of many files
 * have changed. Remembers what it has read and written until that is forgotten.
 */
export class QuickTree {
  readonly #git: StoreGit
  readonly #reader: ObjectReader
  readonly #files = new Map<string, { stamp: string; entry: TreeEntry }>()
  readonly #kept = new Set<string>()
  readonly #trees = new Map<string, Promise<Buffer>>()

  constructor(git: StoreGit, reader: ObjectReader) {
    this.#git = git
    this.#reader = reader
  }

  /** Throws where a file cannot be read any more, or was exchanged meanwhile. */
  async of(base: string, { add, remove }: Pick<Found, 'add' | 'remove'>, signal: AbortSignal): Promise<string> {
    const edit = new TreeEdit((tree) => this.#tree(tree))
    for (const path of remove) edit.set(path, null)
    const files: File[] = []
    for (let at = 0; at < add.length; at += atOnce) {
      files.push(...(await Promise.all(add.slice(at, at + atOnce).map((path) => this.#file(path)))))
    }
    for (const { path, entry } of files) edit.set(path, entry)
    const { tree, made } = await edit.apply(base)
    await this.#keep([...files.flatMap(({ object }) => object ?? []), ...made], signal)
    for (const { path, stamp, entry } of files) if (stamp !== null) this.#files.set(path.toString('latin1'), { stamp, entry })
    return tree
  }

  /** What was kept may be gone, or is no longer asked for. */
  forget(): void {
    this.#files.clear()
    this.#kept.clear()
    this.#trees.clear()
  }

  async #file(path: Buffer): Promise<File> {
    const place = onDisk(this.#git.folder, path)
    const stats = await lstat(place, { bigint: true })
    const stamp = stampOf(stats)
    const known = this.#files.get(path.toString('latin1'))
    if (known?.stamp === stamp) return { path, stamp, entry: known.entry, object: null }
    const isSettled = settled(stats)
    const { mode, bytes } = stats.isSymbolicLink()
      ? { mode: '120000', bytes: await readlink(place, { encoding: 'buffer' }) }
      : await readFile(place)
    const object = objectOf('blob', bytes)
    return { path, stamp: isSettled ? stamp : null, entry: { mode, object: object.name }, object }
  }

  async #keep(objects: readonly StoreObject[], signal: AbortSignal): Promise<void> {
    const fresh = objects.filter(({ name }) => !this.#kept.has(name))
    if (fresh.length === 0) return
    await this.#git.keep(await packOf(fresh), signal)
    for (const { name } of fresh) this.#kept.add(name)
  }

  #tree(tree: string): Promise<Buffer> {
    const known = this.#trees.get(tree) ?? this.#reader.read(tree)
    this.#trees.set(tree, known)
    known.catch(() => this.#trees.delete(tree))
    return known
  }
}

async function readFile(place: string | Buffer): Promise<{ mode: string; bytes: Buffer }> {
  const file = await open(place, openFlags)
  try {
    const stats = await file.stat()
    if (!stats.isFile()) throw new AppError('UNAVAILABLE', 'The file was exchanged while it was read.')
    return { mode: (stats.mode & 0o100) === 0 ? '100644' : '100755', bytes: await file.readFile() }
  } finally {
    await file.close()
  }
}

function stampOf({ mtimeNs, ctimeNs, size, ino, mode }: BigIntStats): string {
  return [mtimeNs, ctimeNs, size, ino, mode].join(' ')
}

/** Whether a change from now on will show in the file's times. */
function settled({ mtimeNs, ctimeNs }: BigIntStats): boolean {
  const latest = mtimeNs > ctimeNs ? mtimeNs : ctimeNs
  const tick = latest % nanos === 0n ? slowTickMs : tickMs
  return latest < (BigInt(Date.now()) - tick) * nanos
}
