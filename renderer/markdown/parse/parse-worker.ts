import { parseMarkdown } from './parse-markdown.ts'
import type { ParseAnswer, ParseRequest } from './parse-protocol.ts'

/** Reads markdown away from the page's own thread: however long a text takes, the page goes on. */
addEventListener('message', (event: MessageEvent<ParseRequest>) => {
  const { id, text, references, maxNodes } = event.data
  const answer: ParseAnswer = { id, tree: attempt(text, references, maxNodes) }
  postMessage(answer)
})

function attempt(text: string, references: string, maxNodes: number): ParseAnswer['tree'] {
  try {
    return parseMarkdown(text, references, maxNodes)
  } catch {
    // Nested more deeply than the parser can follow.
    return null
  }
}
