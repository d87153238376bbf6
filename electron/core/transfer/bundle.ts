import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { ZipFile } from 'yazl'
import { z } from 'zod'
import { idSchema } from '../../../shared/domain/common.ts'
import { entrySchema } from '../conversations/entry.ts'
import { conversationBytes, type SourceFile } from './conversation-source.ts'
import { fileName } from './file-names.ts'
import { fileKinds, formatted, turnsOf, type SingleFormat } from './formats.ts'

/** A conversation that is to be put into a zip, with what a reader of the manifest wants to know of it. */
export type BundleItem = SourceFile & {
  title: string
  state: 'active' | 'archived'
  tags: readonly string[]
  forkedFrom: { conversationId: string; messageId: string | null } | null
}

/** What `bullpen.json` in a bundle says. */
export const manifestSchema = z.object({
  format: z.literal('bullpen-bundle'),
  version: z.literal(1),
  conversations: z.array(
    z.object({
      id: idSchema,
      file: z.string(),
      title: z.string(),
      state: z.enum(['active', 'archived']),
      tags: z.array(z.string()),
      forkedFrom: z.object({ conversationId: idSchema, messageId: idSchema.nullable() }).nullable(),
      bytes: z.number(),
      sha256: z.string(),
    }),
  ),
})
type Manifest = z.infer<typeof manifestSchema>

export const manifestName = 'bullpen.json'

/** The same content is the same bytes, whenever and wherever it is packed. */
const fixed = { mtime: new Date(2000, 0, 1), mode: 0o100644, forceDosTimestamp: true, compressionLevel: 6 }

type Packing = {
  /** Called when a conversation has been read to its end. */
  onItem: (item: BundleItem) => void
}

/**
 * A bundle: `conversations/<id>.jsonl` as they are (unpacked, the archived ones too), `metrics/turns.jsonl` with the record of
 * every turn, the schema of a line, and `bullpen.json`, which names them all with their digests. Items in the order of their ids.
 */
export function packBundle(items: readonly BundleItem[], { onItem }: Packing): AsyncIterable<Buffer> {
  const manifest: Manifest = { format: 'bullpen-bundle', version: 1, conversations: [] }
  return packed(function* entries() {
    for (const item of items) yield { name: `conversations/${item.id}.jsonl`, content: () => measured(item, manifest, onItem) }
    yield { name: 'metrics/turns.jsonl', content: () => turnLines(items) }
    yield { name: 'conversation.schema.json', content: () => one(JSON.stringify(z.toJSONSchema(entrySchema, { io: 'input' }), null, 2)) }
    yield { name: manifestName, content: () => one(JSON.stringify(manifest, null, 1)) }
  })
}

/** A zip with a file for each conversation, for readers. */
export function packReadable(items: readonly BundleItem[], format: SingleFormat, { onItem }: Packing): AsyncIterable<Buffer> {
  return packed(function* entries() {
    for (const item of items) {
      const content = async function* content() {
        yield* formatted(item, format)
        onItem(item)
      }
      yield { name: fileName(item.title, item.id, fileKinds[format].ending), content }
    }
  })
}

type ZipEntry = { name: string; content: () => AsyncGenerator<string | Buffer, void, void> }

async function* packed(entries: () => Generator<ZipEntry, void, void>): AsyncGenerator<Buffer, void, void> {
  const zip = new ZipFile()
  const output = Readable.from(zip.outputStream)
  zip.on('error', (thrown: Error) => output.destroy(thrown))
  for (const { name, content } of entries()) {
    zip.addReadStreamLazy(name, fixed, (give) => {
      const stream = Readable.from(content(), { objectMode: false })
      stream.once('error', (thrown) => output.destroy(thrown))
      give(null, stream)
    })
  }
  zip.end()
  for await (const chunk of output) if (Buffer.isBuffer(chunk)) yield chunk
}

async function* measured(item: BundleItem, manifest: Manifest, onItem: Packing['onItem']): AsyncGenerator<Buffer, void, void> {
  const digest = createHash('sha256')
  let bytes = 0
  for await (const chunk of conversationBytes(item)) {
    digest.update(chunk)
    bytes += chunk.length
    yield chunk
  }
  const { id, title, state, tags, forkedFrom } = item
  const file = `conversations/${id}.jsonl`
  manifest.conversations.push({ id, file, title, state, tags: [...tags], forkedFrom, bytes, sha256: digest.digest('hex') })
  onItem(item)
}

/** Derived from the conversations, for those who only want the figures; an import takes them from the conversations. */
async function* turnLines(items: readonly BundleItem[]): AsyncGenerator<string, void, void> {
  for (const item of items) {
    const lines = (await turnsOf(item)).map((turn) => `${JSON.stringify({ ...turn, text: undefined })}\n`)
    if (lines.length > 0) yield lines.join('')
  }
}

async function* one(text: string): AsyncGenerator<string, void, void> {
  yield `${text}\n`
}
