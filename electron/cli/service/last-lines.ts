import { open } from 'node:fs/promises'

/** Logs are files of at most some megabytes; of a larger one its end is read. */
const mostBytes = 1_000_000

/** The last lines of these files, one file after the other: at most so many of each. */
export async function lastLines(paths: readonly string[], count: number): Promise<string[]> {
  const all = await Promise.all(paths.map((path) => linesOf(path, count)))
  return all.flat()
}

async function linesOf(path: string, count: number): Promise<string[]> {
  const file = await open(path, 'r').catch(() => null)
  if (file === null) return []
  try {
    const { size } = await file.stat()
    const length = Math.min(size, mostBytes)
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length)
    const lines = buffer
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '')
    // The first one may be cut.
    return lines.slice(length < size ? 1 : 0).slice(-count)
  } finally {
    await file.close()
  }
}
