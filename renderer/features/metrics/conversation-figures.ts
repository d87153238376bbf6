import type { Conversation } from '../../../shared/domain/conversation.ts'
import type { Totals } from '../../../shared/domain/metrics.ts'
import type { Usage } from '../../../shared/domain/turn.ts'

type Own = Pick<Conversation, 'turnCount' | 'usage' | 'costUsd'>
type Figures = Pick<Totals, 'turns' | 'usage' | 'costUsd' | 'costUnknown'>

/**
 * What a conversation adds up to. The metrics read what was said outside of Bullpen a while after it is here; until they have, the
 * conversation's own sums are told, so that no part of them stands for the whole.
 */
export function wholeFigures<T extends Figures>(totals: T, { turnCount, usage, costUsd }: Own): T {
  if (tokensOf(totals.usage) >= tokensOf(usage)) return totals
  return { ...totals, turns: turnCount, usage, costUsd: costUsd ?? 0, costUnknown: costUsd === null ? turnCount : 0 }
}

function tokensOf({ input, output, cacheRead, cacheWrite }: Usage): number {
  return input + output + cacheRead + cacheWrite
}
