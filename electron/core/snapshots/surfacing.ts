import type { Uncovered } from '../../../shared/domain/changes.ts'
import { fromTreePath, toTreePath } from '../git/tree-path.ts'
import type { Snapshot } from './snapshot.ts'
import type { Listed } from './store-git.ts'

const most = 1_000
const deepest = 8
const slash = 0x2f

/** What snapshots begin and cease to cover though it is there all along: it must not be taken for what came or went, and who changes it meanwhile is not known. */
export class Surfacing {
  /** What the last look left out, by the bytes of its path; null before the first. */
  #left: ReadonlyMap<string, Uncovered> | null = null
  readonly #surfaced = new Map<string, Uncovered>()
  readonly #sunk = new Map<string, Uncovered>()

  /** After a look at the files. `others`: git goes by other rules of ignoring than at the look before. */
  looked(listed: readonly Listed[], uncovered: readonly Uncovered[], others: boolean): void {
    const stillLeft = byBytes(uncovered)
    for (const { path, isNew } of listed) {
      const is = leftAt(stillLeft, path)
      const was = leftAt(this.#left ?? stillLeft, path)
      const surfaced = was ?? (others ? ignored(path) : null)
      if (isNew && surfaced !== null && is === null) this.#surfaced.set(surfaced.path, surfaced)
      if (is !== null && is.reason !== 'unreadable' && (was === null || !isNew)) this.#sunk.set(is.path, is)
    }
    this.#left = stillLeft
  }

  /** These are ignored from now on. */
  ignored(paths: readonly Buffer[]): void {
    for (const one of paths.map(ignored)) this.#sunk.set(one.path, one)
  }

  /** What there is to note with the next snapshot. */
  take(): Pick<Snapshot, 'surfaced' | 'sunk'> {
    const [surfaced, sunk] = [summed([...this.#surfaced.values()]), summed([...this.#sunk.values()])]
    this.#surfaced.clear()
    this.#sunk.clear()
    return { ...(surfaced.length === 0 ? {} : { surfaced }), ...(sunk.length === 0 ? {} : { sunk }) }
  }
}

/** Of very many the folders that they are in. A path of nothing stands for all. */
function summed(all: readonly Uncovered[]): readonly Uncovered[] {
  let sum = all
  for (let depth = deepest; sum.length > most && depth > 0; depth -= 1) sum = foldersOf(all, depth)
  return sum.length > most ? [{ path: '', reason: 'ignored' }] : sum
}

function foldersOf(all: readonly Uncovered[], depth: number): readonly Uncovered[] {
  const folders = all.map(({ path, reason }): Uncovered => {
    const parts = fromTreePath(path).toString('latin1').split('/').slice(0, depth)
    return { path: toTreePath(Buffer.from(parts.join('/'), 'latin1')), reason }
  })
  return [...new Map(folders.map((one) => [one.path, one])).values()]
}

/** What stands for a path: itself, or a folder that it is in; null where nothing does. */
export function standsFor(all: ReadonlyMap<string, Uncovered>, path: string): Uncovered | null {
  return all.size === 0 ? null : (all.get('') ?? leftAt(all, fromTreePath(path)))
}

/** What was left out, by the bytes of its path. */
export function byBytes(left: readonly Uncovered[]): Map<string, Uncovered> {
  return new Map(left.map((one) => [keyOf(one.path), one]))
}

function leftAt(left: ReadonlyMap<string, Uncovered>, path: Buffer): Uncovered | null {
  if (left.size === 0) return null
  for (let end = path.at(-1) === slash ? path.length - 1 : path.length; end > 0; end = path.lastIndexOf(slash, end - 1)) {
    const found = left.get(path.toString('latin1', 0, end))
    if (found) return found
  }
  return null
}

function ignored(path: Buffer): Uncovered {
  return { path: toTreePath(path.at(-1) === slash ? path.subarray(0, -1) : path), reason: 'ignored' }
}

function keyOf(path: string): string {
  return path === '' ? '' : fromTreePath(path).toString('latin1')
}
