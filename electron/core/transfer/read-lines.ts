import { lineText as textOf, LineSplitter, type MostBytes, type SplitLine } from '../storage/line-splitter.ts'

const newline = 0x0a

/** A line with the line end it has, as it lies in its file; `whole` is false for one that was longer than allowed and is cut. */
export type RawLine = { bytes: Buffer; whole: boolean }

/** All lines of some bytes, in groups that come from one read. Joined, they are the same bytes, unless one was too long. */
export async function* rawLines(chunks: AsyncIterable<Buffer>, maxBytes: MostBytes): AsyncGenerator<RawLine[], void, void> {
  const splitter = new LineSplitter({ mostBytes: maxBytes })
  for await (const chunk of chunks) {
    const lines = splitter.take(chunk).map((line) => rawLine(line, endOfLine))
    if (lines.length > 0) yield lines
  }
  const rest = splitter.rest()
  if (rest) yield [rawLine(rest, Buffer.alloc(0))]
}

const endOfLine = Buffer.of(newline)

function rawLine({ bytes }: SplitLine, end: Buffer): RawLine {
  if (bytes === null) return { bytes: endOfLine, whole: false }
  return { bytes: end.length === 0 ? bytes : Buffer.concat([bytes, end]), whole: true }
}

/** A line as text without its line end; null when it is not UTF-8. */
export function lineText({ bytes }: RawLine): string | null {
  return textOf(bytes.at(-1) === newline ? bytes.subarray(0, -1) : bytes)
}

/** True when brackets lie deeper within each other than `most`: what would overflow the stack of those who read it later. */
export function isDeeper(bytes: Buffer, most: number): boolean {
  let depth = 0
  let at = 0
  while (at < bytes.length) {
    const byte = bytes[at]
    if (byte === 0x22) at = endOfString(bytes, at)
    else if (byte === 0x7b || byte === 0x5b) {
      depth += 1
      if (depth > most) return true
    } else if (byte === 0x7d || byte === 0x5d) depth -= 1
    at += 1
  }
  return false
}

/** Where the string that begins at `start` ends; its length when it does not. */
export function endOfString(bytes: Buffer, start: number): number {
  let from = start + 1
  for (;;) {
    const quote = bytes.indexOf(0x22, from)
    if (quote < 0) return bytes.length
    let backslashes = 0
    while (bytes[quote - 1 - backslashes] === 0x5c) backslashes += 1
    if (backslashes % 2 === 0) return quote
    from = quote + 1
  }
}
