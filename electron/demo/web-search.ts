import type { Situation } from './request.ts'

/** What Claude Code asks for when its WebSearch tool searches: a request of its own. */
const asksFor = /^Perform a web search for the query: ([\s\S]+)$/

/** Blocks of an answer that say what a search at the model's side has found; null when nothing is searched for. */
export function searchBlocks({ prompt, tools }: Situation): Record<string, unknown>[] | null {
  const [, query] = asksFor.exec(prompt) ?? []
  if (query === undefined || !tools.has('web_search')) return null
  const id = 'srvtoolu_demo'
  const found = [
    { title: `${query.slice(0, 80)} – an overview`, url: 'https://example.com/overview' },
    { title: 'Frequently asked questions', url: 'https://example.org/faq' },
    { title: 'The reference manual', url: 'https://example.net/manual?part=2#start' },
  ]
  return [
    { type: 'server_tool_use', id, name: 'web_search', input: { query } },
    {
      type: 'web_search_tool_result',
      tool_use_id: id,
      content: found.map((one) => ({ type: 'web_search_result', encrypted_content: 'demo', page_age: null, ...one })),
    },
  ]
}
