import type { Usage } from '../../../shared/domain/turn.ts'
import { countIn, fieldsOf, type Fields } from './fields.ts'

/** Tokens of one request; `hour`: of those written to the cache, the ones that stay for an hour. */
export type CallUsage = Usage & { hour: number }

/** What the price of a message depends on beside the model and the sums of its tokens. */
export type Spending = {
  hour: number
  /** Web searches that the provider made. */
  searches: number
  /** The model worked in fast mode. */
  isFast: boolean
  /** It worked in the United States alone. */
  isUsOnly: boolean
  /** The requests that the message consists of, where it says so and they add up to it. */
  calls: CallUsage[]
}

export const plainSpending: Readonly<Spending> = { hour: 0, searches: 0, isFast: false, isUsOnly: false, calls: [] }

/** The tokens of a message's `usage`. Some versions say how many were written to the cache only by how long they stay. */
export function usageOf(usage: Fields | null): Usage | null {
  if (usage === null) return null
  const { hour: _, ...tokens } = callOf(usage)
  return tokens
}

export function spendingOf(usage: Fields | null): Spending {
  if (usage === null) return plainSpending
  const { hour, ...all } = callOf(usage)
  return {
    hour,
    searches: countIn(fieldsOf(usage['server_tool_use']), 'web_search_requests') ?? 0,
    isFast: usage['speed'] === 'fast',
    isUsOnly: usage['inference_geo'] === 'us',
    calls: callsOf(usage['iterations'], all, hour),
  }
}

function callOf(usage: Fields): CallUsage {
  const kinds = fieldsOf(usage['cache_creation'])
  const [minutes, hour] = [countIn(kinds, 'ephemeral_5m_input_tokens') ?? 0, countIn(kinds, 'ephemeral_1h_input_tokens') ?? 0]
  const cacheWrite = countIn(usage, 'cache_creation_input_tokens') ?? minutes + hour
  return {
    input: countIn(usage, 'input_tokens') ?? 0,
    output: countIn(usage, 'output_tokens') ?? 0,
    cacheRead: countIn(usage, 'cache_read_input_tokens') ?? 0,
    cacheWrite,
    hour: Math.min(hour, cacheWrite),
  }
}

/** What of the hour's tokens no request names goes to the first ones that have room, as in Claude Code's own sums. */
function callsOf(iterations: unknown, all: Usage, hour: number): CallUsage[] {
  if (!Array.isArray(iterations)) return []
  const own = iterations.map(fieldsOf).filter((entry) => entry?.['type'] === 'message')
  const calls = own.flatMap((entry) => (entry ? [{ minutes: minutesOf(entry), ...callOf(entry) }] : []))
  const sum = (name: keyof Usage) => calls.reduce((total, call) => total + call[name], 0)
  const isWhole = (['input', 'output', 'cacheRead', 'cacheWrite'] as const).every((name) => sum(name) === all[name])
  if (calls.length < 2 || !isWhole) return []
  let left = Math.max(0, hour - calls.reduce((total, call) => total + call.hour, 0))
  return calls.map(({ minutes, ...call }) => {
    const more = Math.min(left, Math.max(0, call.cacheWrite - call.hour - minutes))
    left -= more
    return { ...call, hour: call.hour + more }
  })
}

function minutesOf(entry: Fields): number {
  return countIn(fieldsOf(entry['cache_creation']), 'ephemeral_5m_input_tokens') ?? 0
}
