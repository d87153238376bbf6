import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { LineSplitter, type SplitLine } from './line-splitter.ts'

/**
 * The lines of a text file, plain or gzip, that can be read; a line beyond the limit is left out, as the reader that shows the file to
 * people says. Throws when the file cannot be read or unpacked.
 */
export async function* textLines(path: string, compressed = false): AsyncGenerator<string, void, void> {
  const file = createReadStream(path)
  // Whatever goes wrong is thrown where the chunks are read.
  const input = compressed ? pipeline(file, createGunzip(), () => undefined) : file
  const splitter = new LineSplitter()
  try {
    for await (const chunk of input) {
      if (!Buffer.isBuffer(chunk)) continue
      for (const line of splitter.take(chunk)) if (line.bytes) yield textOf(line)
    }
    const rest = splitter.rest()
    if (rest?.bytes) yield textOf(rest)
  } finally {
    input.destroy()
    file.destroy()
  }
}

/** Without the carriage return that other systems put before the line end. */
function textOf({ bytes }: SplitLine): string {
  const text = bytes?.toString('utf8') ?? ''
  return text.endsWith('\r') ? text.slice(0, -1) : text
}
