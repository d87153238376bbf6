import type { BoundedTree } from './bound-tree.ts'
import { parseMarkdown } from './parse-markdown.ts'
import type { ParseAnswer, ParseRequest } from './parse-protocol.ts'

/** Reads markdown away from the page's own thread: however long a text takes, the page goes on. */
addEventListener('message', (event: MessageEvent<ParseRequest>) => {
  const { id, text, references, maxNodes } = event.data
  answer({ kind: 'tree', id, tree: attempt(text, references, maxNodes) })
})

answer({ kind: 'ready' })

function answer(message: ParseAnswer): void {
  postMessage(message)
}

function attempt(text: string, references: string, maxNodes: number): BoundedTree | null {
  try {
    return parseMarkdown(text, references, maxNodes)
  } catch {
    // Nested more deeply than the parser can follow.
    return null
  }
}
