import type { ForkNode } from '../../../shared/domain/library.ts'

/** A conversation as far as the tree of forks goes. */
export type ForkItem = Omit<ForkNode, 'parentId'> & { forkedFrom: string | null }

const most = 1_000

/**
 * All conversations that hang together with one by forks, each behind its parent, brothers by their ids, which is the
 * order in which they were made. A parent that is gone makes its children roots. At most 1,000.
 */
export function forkTree(id: string, all: readonly ForkItem[]): ForkNode[] {
  const byId = new Map(all.map((item) => [item.id, item]))
  const children = new Map<string, ForkItem[]>()
  for (const item of all) {
    if (item.forkedFrom === null || !byId.has(item.forkedFrom)) continue
    const known = children.get(item.forkedFrom)
    if (known) known.push(item)
    else children.set(item.forkedFrom, [item])
  }
  const nodes: ForkNode[] = []
  const seen = new Set<string>()
  const waiting = [rootOf(id, byId)]
  while (waiting.length > 0 && nodes.length < most) {
    const item = waiting.pop()
    if (!item || seen.has(item.id)) continue
    seen.add(item.id)
    const { forkedFrom, ...node } = item
    nodes.push({ ...node, parentId: forkedFrom !== null && byId.has(forkedFrom) ? forkedFrom : null })
    const own = (children.get(item.id) ?? []).toSorted((a, b) => (a.id < b.id ? 1 : -1))
    waiting.push(...own)
  }
  return nodes
}

/** A file that was changed by hand may make a ring of parents. */
function rootOf(id: string, byId: ReadonlyMap<string, ForkItem>): ForkItem | undefined {
  const seen = new Set<string>()
  let item = byId.get(id)
  while (item?.forkedFrom && byId.has(item.forkedFrom) && !seen.has(item.id)) {
    seen.add(item.id)
    item = byId.get(item.forkedFrom)
  }
  return item
}
