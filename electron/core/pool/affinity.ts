import { z } from 'zod'
import { idSchema } from '../../../shared/domain/common.ts'
import type { JsonStore } from '../storage/json-store.ts'

/** `affinity.json`: which conversation a pair of source and target goes on in, the one used last at the end. */
export const affinityFileSchema = z.object({
  version: z.literal(1).default(1),
  pairs: z.array(z.object({ source: z.string(), target: z.string(), conversationId: idSchema })).default([]),
})
export type AffinityFile = z.infer<typeof affinityFileSchema>

const mostPairs = 2_000

export type Pair = { source: string; target: string }
export type KnownPair = Pair & { conversationId: string }

/** Remembers where the context of a pair of source and target is, across restarts. The pairs used longest ago are forgotten. */
export class Affinity {
  readonly #file: JsonStore<AffinityFile>
  /** In the order of their use. */
  readonly #pairs: Map<string, KnownPair>

  constructor(file: JsonStore<AffinityFile>) {
    this.#file = file
    this.#pairs = new Map(file.current().pairs.map((pair) => [keyOf(pair), pair]))
  }

  conversationOf(pair: Pair): string | null {
    return this.#pairs.get(keyOf(pair))?.conversationId ?? null
  }

  /** All pairs, the one used last at the end. */
  pairs(): KnownPair[] {
    return [...this.#pairs.values()]
  }

  /** The pair goes on in this conversation. On disk when it resolves, unless that was known already. */
  async remember(pair: Pair, conversationId: string): Promise<void> {
    const key = keyOf(pair)
    const known = this.conversationOf(pair) === conversationId
    this.#pairs.delete(key)
    this.#pairs.set(key, { source: pair.source, target: pair.target, conversationId })
    for (const oldest of this.#pairs.keys()) {
      if (this.#pairs.size <= mostPairs) break
      this.#pairs.delete(oldest)
    }
    if (!known) await this.#file.change(({ version }) => ({ version, pairs: this.pairs() }))
  }
}

function keyOf({ source, target }: Pair): string {
  return JSON.stringify([source, target])
}
