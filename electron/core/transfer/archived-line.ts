import { z } from 'zod'

/**
 * A line between the conversations of one JSON Lines file that says where the next one lies, as its own bytes do not. It is part of
 * none of them: an import takes it out, and other readers pass over it as they do over every type they do not know.
 */
const archivedLineSchema = z.object({ type: z.literal('export'), id: z.string(), state: z.literal('archived') })

export function archivedLine(id: string): Buffer {
  return Buffer.from(`${JSON.stringify({ type: 'export', id, state: 'archived' } satisfies z.infer<typeof archivedLineSchema>)}\n`)
}

/** The conversation that such a line is about; null for any other line. */
export function archivedIdOf(text: string | null): string | null {
  if (text?.startsWith('{"type":"export"') !== true) return null
  try {
    return archivedLineSchema.safeParse(JSON.parse(text)).data?.id ?? null
  } catch {
    return null
  }
}
