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

/** Remembers where the context of a pair of source and target is, across restarts. The pairs used longest ago are forgotten. */
export class Affinity {
  readonly #file: JsonStore<AffinityFile>

  constructor(file: JsonStore<AffinityFile>) {
    this.#file = file
  }

  conversationOf(pair: Pair): string | null {
    return this.#file.current().pairs.find((one) => isSame(one, pair))?.conversationId ?? null
  }

  async remember(pair: Pair, conversationId: string): Promise<void> {
    if (this.#file.current().pairs.at(-1)?.conversationId === conversationId) return
    await this.#file.change(({ version, pairs }) => {
      const others = pairs.filter((one) => !isSame(one, pair))
      return { version, pairs: [...others, { ...pair, conversationId }].slice(-mostPairs) }
    })
  }
}

function isSame(a: Pair, b: Pair): boolean {
  return a.source === b.source && a.target === b.target
}
