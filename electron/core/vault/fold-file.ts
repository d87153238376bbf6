import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { emptyFold, foldLine, type SessionFold } from './session-fold.ts'

const chunkBytes = 256 * 1024
/** No line of Claude Code's comes near this. */
const maxLineBytes = 128 * 1024 * 1024
const newline = 0x0a

/**
 * What a transcript says of itself, carried on from what was known of its beginning. A last line without an end counts when it
 * is whole; one that is torn waits for the rest. `breathe` is called between pieces of work.
 */
export async function foldFile(
  path: string,
  known: SessionFold | null,
  { ofAgent, breathe }: { ofAgent: boolean; breathe: () => Promise<void> },
): Promise<SessionFold> {
  const fold: SessionFold = structuredClone(known ?? emptyFold)
  const file = openSync(path, 'r')
  try {
    let rest: Buffer[] = []
    let restBytes = 0
    for (let position = fold.bytes; ;) {
      // Most files are small, and there are thousands of them.
      const buffer = Buffer.allocUnsafe(Math.max(1, Math.min(chunkBytes, fstatSync(file).size - position)))
      const bytesRead = readSync(file, buffer, 0, buffer.length, position)
      if (bytesRead === 0) break
      position += bytesRead
      let from = 0
      for (let end = buffer.indexOf(newline); end >= 0 && end < bytesRead; end = buffer.indexOf(newline, from)) {
        rest.push(buffer.subarray(from, end))
        restBytes += end - from
        take(fold, rest, restBytes, ofAgent)
        fold.bytes += restBytes + 1
        rest = []
        restBytes = 0
        from = end + 1
      }
      restBytes += bytesRead - from
      if (restBytes <= maxLineBytes) rest.push(buffer.subarray(from, bytesRead))
      await breathe()
    }
    if (restBytes > 0 && isWhole(rest)) {
      take(fold, rest, restBytes, ofAgent)
      fold.bytes += restBytes
    }
    return fold
  } finally {
    closeSync(file)
  }
}

function take(fold: SessionFold, parts: readonly Buffer[], bytes: number, ofAgent: boolean): void {
  if (bytes === 0) return
  if (bytes > maxLineBytes) fold.damaged += 1
  else foldLine(fold, textOf(parts), ofAgent)
}

function isWhole(parts: readonly Buffer[]): boolean {
  try {
    JSON.parse(textOf(parts))
    return true
  } catch {
    return false
  }
}

function textOf(parts: readonly Buffer[]): string {
  return (parts.length === 1 ? parts[0] : Buffer.concat(parts))?.toString('utf8') ?? ''
}
