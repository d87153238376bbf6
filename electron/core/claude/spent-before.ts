import { open, type FileHandle } from 'node:fs/promises'
import { z } from 'zod'
import type { ModelTotals } from './turn-account.ts'

const count = z.number().nonnegative().finite()
/** What Claude Code takes up again with a session, as it checks it itself. */
const stateSchema = z.object({
  type: z.literal('cost-state'),
  totalCostUSD: count,
  modelUsage: z.record(
    z.string(),
    z.object({
      inputTokens: count,
      outputTokens: count,
      cacheReadInputTokens: count,
      cacheCreationInputTokens: count,
      webSearchRequests: count,
      costUSD: count,
    }),
  ),
})

const chunkBytes = 262_144
/** A longer line is none of those. */
const longestBytes = 1_048_576
/** Beyond that a session takes too long to be looked through while somebody waits for it. */
const mostBytes = 268_435_456

/**
 * The running totals with which Claude Code takes up the session of a transcript: those of its last `cost-state` line; none where there
 * is no such line. Null when it cannot be read, or is so long that the line was not found in its newest 256 MB.
 */
export async function spentBefore(path: string | null): Promise<ModelTotals | null> {
  if (path === null) return null
  let file: FileHandle | null = null
  try {
    file = await open(path)
    return await lastState(file)
  } catch {
    return null
  } finally {
    await file?.close()
  }
}

/** Reads backwards: the line stands near the end. */
async function lastState(file: FileHandle): Promise<ModelTotals | null> {
  const { size } = await file.stat()
  let rest: Buffer = Buffer.alloc(0)
  for (let end = size; end > 0; end -= chunkBytes) {
    if (size - end > mostBytes) return null
    const from = Math.max(0, end - chunkBytes)
    const chunk = Buffer.alloc(end - from)
    await file.read(chunk, 0, chunk.length, from)
    const text = Buffer.concat([chunk, rest])
    const first = from === 0 ? -1 : text.indexOf(newline)
    if (first === -1 && from > 0) {
      rest = text.length > longestBytes ? Buffer.alloc(0) : text
      continue
    }
    const found = stateIn(text.subarray(first + 1).toString('utf8'))
    if (found) return found
    rest = text.subarray(0, Math.max(0, first))
  }
  return {}
}

const newline = 10

function stateIn(text: string): ModelTotals | null {
  if (!text.includes('"cost-state"')) return null
  for (const line of text.split('\n').toReversed()) {
    if (!line.includes('"cost-state"')) continue
    const state = stateSchema.safeParse(parsed(line)).data
    if (state) return state.modelUsage
  }
  return null
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}
