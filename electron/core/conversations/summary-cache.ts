import { z } from 'zod'
import { conversationSchema } from '../../../shared/domain/conversation.ts'
import { writeFileAtomic } from '../storage/atomic-file.ts'
import { readLines } from '../storage/read-lines.ts'
import { breathe } from '../storage/breathe.ts'

/** What is known of a conversation's file without reading it, as long as its size and time stay. */
const summarySchema = z.object({
  version: z.literal(2),
  size: z.number(),
  mtimeMs: z.number(),
  lastMessageSeq: z.int(),
  conversation: conversationSchema,
})
export type Summary = z.infer<typeof summarySchema>

/** Reads the summaries by id. They are only a shortcut: whatever cannot be read is made again from the files. */
export async function readSummaries(path: string): Promise<Map<string, Summary>> {
  const found = new Map<string, Summary>()
  try {
    for await (const lines of readLines(path)) {
      for (const { text } of lines) {
        const summary = parse(text)
        if (summary) found.set(summary.conversation.id, summary)
      }
    }
  } catch {
    return found
  }
  return found
}

export function writeSummaries(path: string, summaries: readonly Summary[]): Promise<void> {
  return writeFileAtomic(path, chunksOf(summaries))
}

/** In pieces, so that thousands of them do not hold up the event loop. */
async function* chunksOf(summaries: readonly Summary[]): AsyncGenerator<string, void, void> {
  for (let from = 0; from < summaries.length; from += 200) {
    yield `${summaries
      .slice(from, from + 200)
      .map((summary) => JSON.stringify(summary))
      .join('\n')}\n`
    await breathe()
  }
}

function parse(text: string | null): Summary | undefined {
  try {
    return summarySchema.safeParse(JSON.parse(text ?? '')).data
  } catch {
    return undefined
  }
}
