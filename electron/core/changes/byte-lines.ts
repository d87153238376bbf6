const lineFeed = 0x0a
const carriageReturn = 0x0d

/** The lines of a file, each with its line end; the last may have none. */
export function linesOf(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = []
  for (let from = 0; from < bytes.length;) {
    const end = bytes.indexOf(lineFeed, from)
    const next = end < 0 ? bytes.length : end + 1
    lines.push(bytes.subarray(from, next))
    from = next
  }
  return lines
}

/** Lines as one file: one that had no line end gets one where another follows. */
export function joinLines(lines: readonly Buffer[]): Buffer {
  const parts: Buffer[] = []
  for (const [place, line] of lines.entries()) {
    parts.push(line)
    const next = lines[place + 1]
    if (next !== undefined && line.at(-1) !== lineFeed) parts.push(Buffer.from(next.at(-2) === carriageReturn ? '\r\n' : '\n'))
  }
  return Buffer.concat(parts)
}
