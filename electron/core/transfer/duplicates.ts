import { createReadStream } from 'node:fs'
import type { ConversationFold } from '../conversations/conversation-fold.ts'
import { conversationBytes, entriesWith, type SourceFile } from './conversation-source.ts'

/** How many messages a conversation that was read has beyond those that are here. */
export async function newMessages(known: SourceFile, read: ConversationFold): Promise<number> {
  const here = new Set<string>()
  for await (const entry of entriesWith(known, '"type":"message"')) {
    if (entry.type !== 'message') continue
    here.add(entry.message.id)
    if (entry.message.claudeUuid !== undefined) here.add(entry.message.claudeUuid)
  }
  return read.messages.filter(({ id, uuid }) => !here.has(id) && (uuid === null || !here.has(uuid))).length
}

/** How a staged file differs from the conversation of the same id that is here, in a sentence. */
export async function compareWith(known: SourceFile, stagedPath: string): Promise<string> {
  const here = bytesOf(conversationBytes(known))
  const staged = bytesOf(createReadStream(stagedPath))
  switch (await commonEnd(here, staged)) {
    case 'both':
      return 'It is here already.'
    case 'staged':
      return 'It is here already, and has gone on since.'
    case 'here':
      return 'It is here already.'
    case 'differ':
      return 'Another version of it is here and stays. Delete that one to take this one.'
  }
}

/** Closed by whoever may not read it to its end: its file stays open until then. */
type Reader = { next: () => Promise<Buffer | null>; close: () => Promise<unknown> }

type End = 'both' | 'here' | 'staged' | 'differ'

/** Which of two ends first while they are the same; closes both. */
async function commonEnd(here: Reader, staged: Reader): Promise<End> {
  try {
    return await endOf(here, staged)
  } finally {
    await Promise.all([here.close(), staged.close()])
  }
}

async function endOf(here: Reader, staged: Reader): Promise<End> {
  let a: Buffer | null = Buffer.alloc(0)
  let b: Buffer | null = Buffer.alloc(0)
  for (;;) {
    if (a?.length === 0) a = await here.next()
    if (b?.length === 0) b = await staged.next()
    if (a === null || b === null) return a === b ? 'both' : a === null ? 'here' : 'staged'
    const length = Math.min(a.length, b.length)
    if (a.compare(b, 0, length, 0, length) !== 0) return 'differ'
    a = a.subarray(length)
    b = b.subarray(length)
  }
}

function bytesOf(chunks: AsyncIterable<unknown>): Reader {
  const iterator = chunks[Symbol.asyncIterator]()
  return {
    next: async () => {
      const result = await iterator.next()
      const value: unknown = result.value
      return result.done === true || !Buffer.isBuffer(value) ? null : value
    },
    close: async () => iterator.return?.(),
  }
}
