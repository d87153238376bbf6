import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { LineSplitter, type SplitLine } from '../storage/line-splitter.ts'
import { parseJson } from '../storage/parse-json.ts'
import { emptyFold, foldLine, type SessionFold } from './session-fold.ts'

const chunkBytes = 256 * 1024

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
    const splitter = new LineSplitter({ from: fold.bytes })
    for (let position = fold.bytes; ;) {
      // Most files are small, and there are thousands of them.
      const buffer = Buffer.allocUnsafe(Math.max(1, Math.min(chunkBytes, fstatSync(file).size - position)))
      const bytesRead = readSync(file, buffer, 0, buffer.length, position)
      if (bytesRead === 0) break
      position += bytesRead
      for (const line of splitter.take(buffer.subarray(0, bytesRead))) {
        take(fold, line, ofAgent)
        fold.bytes = line.offset + line.length + 1
      }
      await breathe()
    }
    const rest = splitter.rest()
    if (rest?.bytes && isWhole(rest.bytes)) {
      take(fold, rest, ofAgent)
      fold.bytes = rest.offset + rest.length
    }
    return fold
  } finally {
    closeSync(file)
  }
}

function take(fold: SessionFold, { length, bytes }: SplitLine, ofAgent: boolean): void {
  if (length === 0) return
  if (bytes === null) fold.damaged += 1
  else foldLine(fold, bytes.toString('utf8'), ofAgent)
}

function isWhole(bytes: Buffer): boolean {
  return parseJson(bytes.toString('utf8')) !== undefined
}
