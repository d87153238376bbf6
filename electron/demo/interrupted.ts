import { z } from 'zod'

/** A call that a person allowed when the process that asked had ended already: it is made again. */
export type AgainCall = { name: string; input: Record<string, unknown> }

const begin = 'You were interrupted while you made these calls'
const notRun = 'has not run: Claude Code was interrupted'
const callSchema = /<interrupted-call>\n<tool>(.*)<\/tool>\n<input>(.*)<\/input>\n<result>([\s\S]*?)<\/result>/g
const inputSchema = z.record(z.string(), z.unknown())

/** The user's own words, without what Bullpen tells of calls that were cut off. */
export function withoutInterrupted(text: string): string {
  return text
    .replace(/You were interrupted while you made these calls[\s\S]*<\/interrupted-call>/, '')
    .replace(/^The user has now allowed this call of .*$/gm, '')
}

/** What came of calls that were cut off, as a message tells it. */
export function interruptedResults(text: string): string[] {
  if (!text.includes(begin)) return []
  return [...text.matchAll(callSchema)].map(([, , , result = '']) => result).filter(hasRun)
}

/** False for the result of a call that is to be made again. */
export function hasRun(result: string): boolean {
  return !result.includes(notRun)
}

type Part = {
  type: string
  text?: string | undefined
  tool_use_id?: string | undefined
  id?: string | undefined
  name?: string | undefined
  input?: unknown
  content?: unknown
}

/** The call that the newest message says is to be made again; null when there is none. */
export function againOf(messages: readonly { content: string | readonly Part[] }[]): AgainCall | null {
  const content = messages.at(-1)?.content ?? ''
  const parts = typeof content === 'string' ? [{ type: 'text', text: content }] : content
  for (const { text = '' } of parts) {
    if (!text.includes(begin)) continue
    for (const [, name = '', input = '{}', result = ''] of text.matchAll(callSchema))
      if (!hasRun(result)) return { name, input: inputSchema.catch({}).parse(JSON.parse(input)) }
  }
  const result = parts.find((part) => part.type === 'tool_result' && 'content' in part && !hasRun(JSON.stringify(part.content ?? '')))
  if (!result || !('tool_use_id' in result)) return null
  const call = messages.flatMap((one) => (typeof one.content === 'string' ? [] : one.content)).find(({ id }) => id === result.tool_use_id)
  return call?.name === undefined ? null : { name: call.name, input: inputSchema.catch({}).parse(call.input) }
}
