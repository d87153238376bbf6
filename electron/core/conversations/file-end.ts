import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { z } from 'zod'
import { parseJson } from '../storage/parse-json.ts'

/** What the end of a conversation's file says of it. */
export type FileEnd = {
  size: number
  mtimeMs: number
  updatedAt: string
  /** A prompt or a request of Claude's may wait in it, or a turn may have no end. */
  mayBeOpen: boolean
}

const endBytes = 16 * 1024
const newline = 0x0a
const turnStart = Buffer.from('{"type":"turn"')
const messageStart = Buffer.from('{"type":"message"')
const taskStart = Buffer.from('{"type":"task"')
const backgroundStart = Buffer.from('{"type":"background"')
const approvalStart = Buffer.from('{"type":"approval"')
/** The entries that change a conversation as far as its place in a list goes. */
const lineSchema = z.object({ type: z.enum(['conversation', 'message', 'turn', 'title', 'tags']), at: z.string() })

/**
 * Reads the ends of many files, one after the other, in a fraction of the time that reading them takes. Turns that are open in the middle
 * of a file and prompts far from its end are not seen.
 */
export class FileEnds {
  readonly #buffer = Buffer.allocUnsafe(endBytes)

  /** Null for a file that is not there or may not be read, and for one whose end says nothing. */
  read(path: string): FileEnd | null {
    let handle: number | null = null
    try {
      handle = openSync(path, 'r')
      const { size, mtimeMs } = fstatSync(handle)
      const length = readSync(handle, this.#buffer, 0, endBytes, Math.max(0, size - endBytes))
      const bytes = this.#buffer.subarray(0, length)
      const updatedAt = lastChange(bytes)
      return updatedAt === null ? null : { size, mtimeMs, updatedAt, mayBeOpen: mayBeOpen(bytes) }
    } catch {
      return null
    } finally {
      if (handle !== null) closeSync(handle)
    }
  }
}

function mayBeOpen(bytes: Buffer): boolean {
  if ([taskStart, backgroundStart, approvalStart].some((start) => bytes.includes(start))) return true
  return bytes.lastIndexOf(messageStart) > bytes.lastIndexOf(turnStart)
}

/** Lines that cannot be read count for nothing. */
function lastChange(bytes: Buffer): string | null {
  for (let end = bytes.length; end > 0;) {
    const start = bytes.lastIndexOf(newline, end - 1) + 1
    const line = end > start ? lineSchema.safeParse(parseJson(bytes.subarray(start, end))).data : undefined
    if (line) return line.at
    end = start - 1
  }
  return null
}
