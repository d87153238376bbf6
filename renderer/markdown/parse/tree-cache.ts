import type { BoundedTree } from './bound-tree.ts'

/** Characters of source that trees are remembered for. */
const mostCharacters = 2_000_000

/** Trees by their source, the last used ones; null is remembered too. */
export class TreeCache {
  readonly #trees = new Map<string, { tree: BoundedTree | null; cost: number }>()
  #cost = 0

  get(key: string): BoundedTree | null | undefined {
    const found = this.#trees.get(key)
    if (!found) return undefined
    this.#trees.delete(key)
    this.#trees.set(key, found)
    return found.tree
  }

  set(key: string, length: number, tree: BoundedTree | null): void {
    this.#delete(key)
    // Small ones cost too.
    const cost = length + 200
    this.#trees.set(key, { tree, cost })
    this.#cost += cost
    for (const oldest of this.#trees.keys()) {
      if (this.#cost <= mostCharacters || oldest === key) break
      this.#delete(oldest)
    }
  }

  #delete(key: string): void {
    this.#cost -= this.#trees.get(key)?.cost ?? 0
    this.#trees.delete(key)
  }
}
