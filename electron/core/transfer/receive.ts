import { open } from 'node:fs/promises'
import { AppError } from '../../../shared/app-error.ts'

export type Receiving = { maxBytes: number; stallMs: number; signal: AbortSignal }

/**
 * Writes bytes as they come into a new file. Throws TOO_LARGE above `maxBytes`, UNAVAILABLE when nothing comes for `stallMs`, and
 * STATE_CONFLICT as soon as it is stopped.
 */
export async function receive(path: string, bytes: AsyncIterable<unknown>, { maxBytes, stallMs, signal }: Receiving): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  const chunks = bytes[Symbol.asyncIterator]()
  try {
    let total = 0
    for (;;) {
      const next = await inTime(chunks.next(), stallMs, signal)
      if (next.done === true) return
      const chunk: unknown = next.value
      if (!(chunk instanceof Uint8Array)) continue
      total += chunk.length
      if (total > maxBytes) {
        const words = `At most ${maxBytes / 1_048_576} MB can be sent this way. Give the path of the file or folder instead.`
        throw new AppError('TOO_LARGE', words)
      }
      await file.writeFile(chunk)
    }
  } finally {
    // Whoever sends nothing does not hear of it either: it is not waited for.
    void Promise.resolve(chunks.return?.()).catch(() => {})
    await file.close()
  }
}

async function inTime<T>(next: Promise<T>, stallMs: number, signal: AbortSignal): Promise<T> {
  const ended = Promise.withResolvers<never>()
  const stop = () => ended.reject(new AppError('STATE_CONFLICT', 'The import was stopped.'))
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop, { once: true })
  const timer = setTimeout(() => ended.reject(stalled(stallMs)), stallMs)
  try {
    return await Promise.race([next, ended.promise])
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
    next.catch(() => {})
  }
}

function stalled(stallMs: number): AppError {
  return new AppError('UNAVAILABLE', `No data arrived for ${Math.round(stallMs / 1_000)} s. Send the file again.`)
}
