import type { ModelRequest } from './request.ts'

export type ApiUsage = {
  input_tokens: number
  output_tokens: number
  cache_creation_input_tokens: number
  cache_read_input_tokens: number
}

/** Believable figures: about four characters a token, and everything before the newest message comes from the cache. */
export function usageOf(request: ModelRequest): ApiUsage {
  const before = request.messages.slice(0, -1)
  const fixed = tokensOf(request.system) + tokensOf(request.tools)
  const known = before.length > 0 ? fixed + tokensOf(before) : 0
  const fresh = before.length > 0 ? tokensOf(request.messages.at(-1)) : fixed + tokensOf(request.messages)
  return { input_tokens: 4, output_tokens: 1, cache_creation_input_tokens: fresh, cache_read_input_tokens: known }
}

export function tokensOf(value: unknown): number {
  if (value === undefined) return 0
  return Math.ceil((typeof value === 'string' ? value : JSON.stringify(value)).length / 4)
}
