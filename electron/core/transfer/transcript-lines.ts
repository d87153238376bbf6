/** A line of a transcript of Claude Code, as an object. */
export type Line = Record<string, unknown>

export const sessionId = '11111111-2222-4333-8444-555555555555'
export const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 12, 0, second)).toISOString()
export const base = { isSidechain: false, sessionId, cwd: '/w' }
export const user = (uuid: string, parentUuid: string | null, content: unknown, second: number, more: Line = {}): Line => ({
  ...base,
  type: 'user',
  uuid,
  parentUuid,
  timestamp: at(second),
  message: { role: 'user', content },
  ...more,
})
export const claude = (uuid: string, parentUuid: string, content: unknown, second: number, id = `msg_${uuid}`, more: Line = {}): Line => ({
  ...base,
  type: 'assistant',
  uuid,
  parentUuid,
  timestamp: at(second),
  requestId: `req_${id}`,
  message: {
    id,
    model: 'claude-opus-4-6',
    content: [content],
    usage: { input_tokens: 3, output_tokens: second, cache_read_input_tokens: 7 },
  },
  ...more,
})
export const text = (words: string): Line => ({ type: 'text', text: words })
export const call = (id: string, prompt = 'look'): Line => ({ type: 'tool_use', id, name: 'Task', input: { prompt } })
export const result = (id: string): Line[] => [{ type: 'tool_result', tool_use_id: id, content: 'found' }]
