import { type FileHandle, open } from 'node:fs/promises'

/** Holds what most of these files say; `environ` alone is often longer. */
const usualBytes = 2_048

/**
 * The text of a file under `/proc`; empty where it cannot be read. Such files say no size, so that `readFile` takes 128 kB for each:
 * a look at all processes would be the larger part of what there is to collect as garbage.
 */
export async function readProcFile(path: string): Promise<string> {
  let file: FileHandle | null = null
  try {
    file = await open(path)
    return await textOf(file)
  } catch {
    return ''
  } finally {
    await file?.close().catch(() => {})
  }
}

async function textOf(file: FileHandle): Promise<string> {
  let buffer = Buffer.allocUnsafe(usualBytes)
  for (let length = 0; ;) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length)
    length += bytesRead
    // The system gives all that fits, so that a look that leaves room has seen the end.
    if (length < buffer.length) return buffer.toString('utf8', 0, length)
    buffer = Buffer.concat([buffer], buffer.length * 4)
  }
}
