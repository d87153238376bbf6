const newline = 0x0a

/** A line with the line end it has, as it lies in its file; `whole` is false for one that was longer than allowed and is cut. */
export type RawLine = { bytes: Buffer; whole: boolean }

/** All lines of some bytes, in groups that come from one read. Joined, they are the same bytes, unless one was too long. */
export async function* rawLines(chunks: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<RawLine[], void, void> {
  let parts: Buffer[] = []
  let length = 0
  for await (const chunk of chunks) {
    const lines: RawLine[] = []
    let from = 0
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      const rest = chunk.subarray(from, end + 1)
      lines.push(lineOf(parts, rest, length, maxBytes))
      parts = []
      length = 0
      from = end + 1
    }
    const rest = chunk.subarray(from)
    length += rest.length
    if (length <= maxBytes && rest.length > 0) parts.push(rest)
    if (lines.length > 0) yield lines
  }
  if (length > 0) yield [lineOf(parts, Buffer.alloc(0), length, maxBytes)]
}

function lineOf(parts: Buffer[], rest: Buffer, length: number, maxBytes: number): RawLine {
  const total = length + rest.length
  if (total > maxBytes) return { bytes: Buffer.concat([...parts, Buffer.of(newline)]), whole: false }
  return { bytes: parts.length === 0 ? rest : Buffer.concat([...parts, rest], total), whole: true }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** A line as text without its line end; null when it is not UTF-8. */
export function lineText({ bytes }: RawLine): string | null {
  const end = bytes.at(-1) === newline ? bytes.length - 1 : bytes.length
  try {
    return decoder.decode(bytes.subarray(0, end))
  } catch {
    return null
  }
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
