import { open } from 'node:fs/promises'
import { AppError } from '../../../shared/app-error.ts'

/** Writes bytes as they come into a new file. Throws TOO_LARGE above `maxBytes`, STATE_CONFLICT when it was stopped. */
export async function receive(path: string, bytes: AsyncIterable<unknown>, maxBytes: number, signal: AbortSignal): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    let total = 0
    for await (const chunk of bytes) {
      if (signal.aborted) throw new AppError('STATE_CONFLICT', 'The import was stopped.')
      if (!(chunk instanceof Uint8Array)) continue
      total += chunk.length
      if (total > maxBytes) {
        const words = `At most ${maxBytes / 1_048_576} MB can be sent this way. Give the path of the file or folder instead.`
        throw new AppError('TOO_LARGE', words)
      }
      await file.writeFile(chunk)
    }
  } finally {
    await file.close()
  }
}
