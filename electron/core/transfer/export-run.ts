import { archivedLine } from './archived-line.ts'
import { packBundle, packReadable } from './bundle.ts'
import { formatted } from './formats.ts'
import { writeFileAtomic } from '../storage/atomic-file.ts'
import type { ExportOrder } from './worker-protocol.ts'

/** Writes an export to its target, which appears whole or not at all. Throws DISK_FULL or DATA_FOLDER_READONLY. */
export async function runExport(
  { items, format, target, replace }: ExportOrder,
  onProgress: (done: number, bytes: number) => void,
): Promise<void> {
  let done = 0
  let bytes = 0
  const onItem = () => {
    done += 1
    onProgress(done, bytes)
  }
  await writeFileAtomic(
    target,
    counted(chunksOf(items, format, onItem), (length) => (bytes += length)),
    { replace },
  )
  onProgress(done, bytes)
}

async function* counted(
  chunks: AsyncIterable<string | Buffer>,
  add: (length: number) => void,
): AsyncGenerator<string | Buffer, void, void> {
  for await (const chunk of chunks) {
    add(chunk.length)
    yield chunk
  }
}

function chunksOf(items: ExportOrder['items'], format: ExportOrder['format'], onItem: () => void): AsyncIterable<string | Buffer> {
  const [first] = items
  if (format === 'bundle') return packBundle(items, { onItem })
  if (format === 'jsonl') return joined(items, onItem)
  if (items.length === 1 && first) return formatted(first, format)
  return packReadable(items, format, { onItem })
}

/** Several conversations in one file: each begins with its header, an archived one with a line that says so before it. */
async function* joined(items: ExportOrder['items'], onItem: () => void): AsyncGenerator<Buffer, void, void> {
  for (const [index, item] of items.entries()) {
    let last = 0x0a
    // One on its own is exported as its very bytes.
    if (item.state === 'archived' && items.length > 1) yield archivedLine(item.id)
    for await (const chunk of formatted(item, 'jsonl')) {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
      last = bytes.at(-1) ?? last
      yield bytes
    }
    // A torn last line must not swallow the next header.
    if (last !== 0x0a && index < items.length - 1) yield Buffer.from('\n')
    onItem()
  }
}
