import { lstat, realpath } from 'node:fs/promises'
import path from 'node:path'
import type { TreePath, Uncovered } from '../../../shared/domain/changes.ts'
import type { Git } from '../git/git.ts'
import { fromTreePath, toTreePath } from '../git/tree-path.ts'
import type { ComparedFile } from './comparison.ts'

const most = 200

type Now = {
  folder: string
  files: readonly ComparedFile[]
  left: readonly Uncovered[]
  /** The tree that has all that is covered, and how to reach it; null: the index of the repository. */
  tree: { object: string; gitDir: string | undefined } | null
}

/** Which of the files that tools were to change are there and no comparison can show, and why. */
export async function uncoveredOf(git: Git, touched: readonly string[], { folder, files, left, tree }: Now): Promise<Uncovered[]> {
  const compared = new Set<TreePath>(files.flatMap(({ path: own, from }) => (from === undefined ? [own] : [own, from])))
  const reasons = new Map(left.map(({ path: own, reason }) => [own, reason]))
  const found: Uncovered[] = []
  const asked: TreePath[] = []
  for (const place of touched) {
    if (found.length === most) return found
    const real = await realFile(place)
    if (real === null) continue
    const relative = path.relative(folder, real)
    const isOutside = relative === '' || path.isAbsolute(relative) || relative.split(path.sep)[0] === '..'
    const own = isOutside ? null : toTreePath(Buffer.from(relative.split(path.sep).join('/')))
    if (own === null) found.push({ path: place, reason: 'outside' })
    else if (!compared.has(own)) {
      const reason = reasonFor(own, reasons)
      if (reason !== null) found.push({ path: own, reason })
      else asked.push(own)
    }
  }
  const ignored = await notIn(git, tree, asked)
  return [...found, ...ignored.map((own): Uncovered => ({ path: own, reason: 'ignored' }))].slice(0, most)
}

/** A folder that was left out leaves out what is in it. */
function reasonFor(own: TreePath, reasons: ReadonlyMap<string, Uncovered['reason']>): Uncovered['reason'] | null {
  for (let end = own.length; end > 0; end = own.lastIndexOf('/', end - 1)) {
    const reason = reasons.get(own.slice(0, end)) ?? reasons.get(`${own.slice(0, end)}/`)
    if (reason !== undefined) return reason
  }
  return null
}

/** Where a file really is, links of its folders followed; null where there is none. */
async function realFile(place: string): Promise<string | null> {
  try {
    await lstat(place)
    return path.join(await realpath(path.dirname(place)), path.basename(place))
  } catch {
    return null
  }
}

/** Those that a tree does not have: they did not differ either, so nothing covers them. */
async function notIn(git: Git, tree: Now['tree'], paths: readonly TreePath[]): Promise<TreePath[]> {
  // Names with line ends cannot be asked for in this way.
  const asked = paths.filter((own) => !fromTreePath(own).includes(0x0a))
  if (tree === null || asked.length === 0) return []
  const stdin = Buffer.concat(asked.flatMap((own) => [Buffer.from(`${tree.object}:`), fromTreePath(own), Buffer.from('\n')]))
  const output = await git.output(['cat-file', '--batch-check=%(objecttype)'], { ...(tree.gitDir ? { gitDir: tree.gitDir } : {}), stdin })
  const lines = output.toString('latin1').split('\n')
  return asked.filter((_own, place) => (lines[place] ?? '').endsWith(' missing'))
}
