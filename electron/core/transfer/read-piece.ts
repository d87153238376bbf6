import { z } from 'zod'
import { parseEntry } from '../conversations/entry.ts'
import { entriesOfClaudeAi } from './from-claude-ai.ts'
import type { Piece } from './import-sources.ts'
import { jsonElements } from './json-elements.ts'
import { importLimits } from './limits.ts'
import { OwnReader } from './own-reader.ts'
import { counted, tooDeep, tooLong, writeAll, type PieceSink } from './piece-sink.ts'
import { isDeeper, lineText, rawLines, type RawLine } from './read-lines.ts'
import { TranscriptReader } from './transcript-reader.ts'
import { parseJson } from '../storage/parse-json.ts'

const { ownLineBytes, unknownLineBytes, foreignLineBytes, jsonDepth } = importLimits

/** Finds out what a file is by what is in it, and reads it. Throws what reading throws. */
export async function readPiece(piece: Piece, sink: PieceSink): Promise<void> {
  const opened = piece.open()
  try {
    const chunks = counted(opened, sink)
    const first = await chunks.next()
    if (first.done === true) return sink.refused(piece.name, null, 'It is empty.')
    const all = rejoined(first.value, chunks)
    const start = first.value
      .toString('latin1', 0, 4096)
      .trimStart()
      .replace(/^\u00ef\u00bb\u00bf/, '')
    if (start.startsWith('[') || piece.name.toLowerCase().endsWith('.json')) return await readArray(piece, all, sink)
    return await readLinesOf(piece, all, sink)
  } finally {
    await opened.return()
  }
}

async function* rejoined(first: Buffer, rest: AsyncGenerator<Buffer, void, void>): AsyncGenerator<Buffer, void, void> {
  yield first
  yield* rest
}

/** A claude.ai data export: an array of conversations. */
async function readArray(piece: Piece, chunks: AsyncIterable<Buffer>, sink: PieceSink): Promise<void> {
  let index = 0
  for await (const { bytes, fault } of jsonElements(chunks, { maxBytes: foreignLineBytes, maxDepth: jsonDepth })) {
    index += 1
    const from = `${piece.name} #${index}`
    if (fault !== null) {
      sink.refused(from, null, fault === 'too long' ? tooLong(foreignLineBytes) : tooDeep)
      continue
    }
    const made = entriesOfClaudeAi(parseJson(bytes))
    if (typeof made === 'string') sink.refused(from, null, made)
    else await writeAll(from, made, sink)
  }
  if (index === 0) sink.refused(piece.name, null, 'There is no conversation in it.')
}

/** JSON Lines: our own, or a session of Claude Code's. What the first line that is either says holds for the file. */
async function readLinesOf(piece: Piece, chunks: AsyncIterable<Buffer>, sink: PieceSink): Promise<void> {
  let reader: OwnReader | TranscriptReader | null = null
  const before: RawLine[] = []
  let bytes = 0
  try {
    for await (const lines of rawLines(chunks, () => (reader instanceof OwnReader ? ownLineBytes : unknownLineBytes))) {
      for (const line of lines) {
        reader ??= readerFor(line, piece, sink)
        if (reader === null) {
          before.push(line)
          bytes += line.bytes.length
        } else {
          for (const earlier of before.splice(0)) await reader.take(earlier)
          await reader.take(line)
        }
        if (isTooMuch(before.length, bytes)) break
      }
      if (isTooMuch(before.length, bytes)) break
    }
    if (reader) await reader.end()
    else sink.refused(piece.name, null, 'It is neither a conversation of Bullpen nor a transcript of Claude Code.')
  } finally {
    reader?.close()
  }
}

/** So much before the first line that says what it is: it is neither. */
function isTooMuch(lines: number, bytes: number): boolean {
  return lines > 1000 || bytes > unknownLineBytes
}

const foreignWords = /"(parentUuid|sessionId|uuid)"/
const foreignSchema = z.union([
  z.object({ sessionId: z.string() }),
  z.object({ uuid: z.string(), type: z.string() }),
  z.object({ leafUuid: z.string() }),
])

/** Whether it can be an object of JSON, by its first bytes: nothing else is made into text. */
function isObject(bytes: Buffer): boolean {
  return /^[\s\0\u00ef\u00bb\u00bf]*\{/.test(bytes.toString('latin1', 0, 4096))
}

function readerFor(line: RawLine, piece: Piece, sink: PieceSink): OwnReader | TranscriptReader | null {
  if (!line.whole || !isObject(line.bytes) || isDeeper(line.bytes, jsonDepth)) return null
  // One that nobody would take is not parsed to find out what it is.
  if (line.bytes.length > foreignLineBytes && foreignWords.test(line.bytes.toString('latin1', 0, 4096)))
    return new TranscriptReader(piece.name, sink)
  const text = lineText(line)
  if (typeof parseEntry(text) === 'object') return new OwnReader(piece.name, sink)
  return foreignSchema.safeParse(parseJson(line.bytes)).success ? new TranscriptReader(piece.name, sink) : null
}
