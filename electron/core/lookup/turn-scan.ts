import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'

const turnId = /"(?:id|turnId|joinedAs)":"(turn_[0-9a-f]{12,40})"/g
/** Longer than what is looked for, so that nothing is missed where one piece ends and the next begins. */
const overlap = 128

/** The ids of all turns in a conversation's file, plain or gzip. Throws when it cannot be read. */
export async function turnIdsIn({ path, compressed }: { path: string; compressed: boolean }): Promise<Set<string>> {
  const found = new Set<string>()
  const file = createReadStream(path, { highWaterMark: 1024 * 1024 })
  const plain: Readable = compressed ? file.pipe(createGunzip()) : file
  // A failed source does not end what it is piped into.
  file.once('error', (error) => plain.destroy(error))
  let rest = ''
  try {
    for await (const chunk of plain) {
      const text = rest + (Buffer.isBuffer(chunk) ? chunk.toString('latin1') : '')
      for (const [, id] of text.matchAll(turnId)) if (id !== undefined) found.add(id)
      rest = text.slice(-overlap)
    }
  } finally {
    file.destroy()
  }
  return found
}
