import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { createGunzip } from 'node:zlib'

/** The lines of a text file, plain or gzip. Throws when it cannot be read or unpacked. */
export async function* textLines(path: string, compressed: boolean): AsyncGenerator<string, void, void> {
  const input = createReadStream(path)
  const text = compressed ? input.pipe(createGunzip()) : input
  // A failed source does not end what it is piped into, nor do readline's lines.
  input.on('error', (error) => text.destroy(error))
  const lines = createInterface({ input: text, crlfDelay: Number.POSITIVE_INFINITY })
  const failure = Promise.withResolvers<IteratorResult<string>>()
  failure.promise.catch(() => {})
  text.on('error', failure.reject)
  const reader = lines[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await Promise.race([reader.next(), failure.promise])
      if (next.done === true) return
      yield next.value
    }
  } finally {
    lines.close()
    input.destroy()
  }
}
