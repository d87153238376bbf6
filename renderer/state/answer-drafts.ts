import { useState } from 'react'
import { z } from 'zod'
import { forget, recall, remember } from './page-memory.ts'

const indexKey = 'answers'
const indexSchema = z.array(z.string())
/** So many unsent answers are kept; the oldest goes. */
const mostKept = 40

/**
 * What is chosen or written in answer to a request and not sent yet: it stays over a reload and a restart, in this browser or window.
 * A draft that does not fit its schema any more is none.
 */
export function useAnswerDraft<Draft>(
  id: string,
  schema: z.ZodType<Draft>,
  first: () => Draft,
): { draft: Draft; change: (next: (before: Draft) => Draft) => void; forget: () => void } {
  const [draft, setDraft] = useState(() => recall(keyOf(id), schema) ?? first())
  return {
    draft,
    change: (next) =>
      setDraft((before) => {
        const after = next(before)
        keep(id, after)
        return after
      }),
    forget: () => drop(id),
  }
}

function keep(id: string, draft: unknown): void {
  const ids = [...knownIds().filter((one) => one !== id), id]
  for (const old of ids.slice(0, Math.max(0, ids.length - mostKept))) forget(keyOf(old))
  remember(indexKey, ids.slice(-mostKept))
  remember(keyOf(id), draft)
}

function drop(id: string): void {
  remember(
    indexKey,
    knownIds().filter((one) => one !== id),
  )
  forget(keyOf(id))
}

function knownIds(): string[] {
  return recall(indexKey, indexSchema) ?? []
}

function keyOf(id: string): string {
  return `answer:${id}`
}
