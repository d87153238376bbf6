import type { BoundedTree } from './bound-tree.ts'
import { parseMarkdown } from './parse-markdown.ts'
import type { ParseAnswer, ParseRequest, Source } from './parse-protocol.ts'

/** Reads markdown away from the page's own thread: however long a text takes, the page goes on. */
addEventListener('message', ({ data }: MessageEvent<ParseRequest>) => {
  answer({ kind: 'answer', id: data.id, answer: attempt(data.request) })
})

answer({ kind: 'ready' })

function answer(message: ParseAnswer): void {
  postMessage(message)
}

function attempt({ text, references, maxNodes }: Source): BoundedTree | null {
  try {
    return parseMarkdown(text, references, maxNodes)
  } catch {
    // Nested more deeply than the parser can follow.
    return null
  }
}
