import { z } from 'zod'
import { roleSchema } from '../../../shared/domain/message.ts'
import { isSpoken, parseTranscriptLine } from '../vault/transcript.ts'
import { looseBlocksSchema, sound, textOfBlocks, ToolNames, type Document } from './documents.ts'
import type { Source } from './source.ts'

/** What a line means to the index. */
export type Finding =
  | { kind: 'message'; document: Document }
  | { kind: 'head'; title?: string; tags?: string[]; instance?: string | null; folder?: string | null; at: number }
  | { kind: 'supersede'; from: number; to: number }

/** Reads the lines of one source, in order. */
export class EntryReader {
  readonly #kind: Source['kind']
  readonly #names = new ToolNames()

  constructor(kind: Source['kind']) {
    this.#kind = kind
  }

  /** Never throws; a line that says nothing, or cannot be understood, gives nothing. `place` is unique within the source. */
  read(line: string, place: number): Finding | null {
    return this.#kind === 'conversation' ? this.#entry(line) : this.#transcript(line, place)
  }

  #entry(line: string): Finding | null {
    if (silent.test(line)) return null
    const entry = entrySchema.safeParse(parseJson(line)).data
    if (!entry) return null
    const at = Date.parse(entry.at)
    switch (entry.type) {
      case 'message': {
        const { id, role, blocks } = entry.message
        return { kind: 'message', document: { messageId: id, seq: entry.seq, role, at, ...textOfBlocks(blocks, this.#names) } }
      }
      case 'conversation':
        return { kind: 'head', title: sound(entry.title), instance: entry.instanceId, folder: entry.cwd, at }
      case 'title':
        return { kind: 'head', title: sound(entry.title), at }
      case 'tags':
        return { kind: 'head', tags: entry.tags.map(sound), at }
      case 'session':
        return { kind: 'head', folder: entry.cwd, at }
      case 'instance':
        return { kind: 'head', instance: entry.instanceId, at }
      case 'supersede':
        return { kind: 'supersede', from: entry.fromSeq, to: entry.toSeq }
    }
  }

  #transcript(line: string, place: number): Finding | null {
    const read = parseTranscriptLine(line)
    if (typeof read === 'string') return null
    const at = Date.parse(read.timestamp ?? '')
    if (read.kind === 'title') return { kind: 'head', title: sound(read.title), at: Number.isNaN(at) ? 0 : at }
    if (!isSpoken(read)) return null
    const role = read.kind === 'assistant' ? 'assistant' : read.blocks.every(({ type }) => type === 'tool_result') ? 'tool' : 'user'
    const said = textOfBlocks(read.blocks, this.#names)
    return { kind: 'message', document: { messageId: read.uuid, seq: place, role, at: Number.isNaN(at) ? 0 : at, ...said } }
  }
}

/** Entries that hold nothing to find are told by how they begin: they are as many as the messages. */
const silent = /^\{"type":"(?:turn|tool|approval|task|task-edit|task-drop|archive)"/

const base = { seq: z.number().int(), at: z.iso.datetime() }
const entrySchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('message'),
    ...base,
    message: z.object({ id: z.string(), role: roleSchema, blocks: looseBlocksSchema }),
  }),
  z.object({
    type: z.literal('conversation'),
    ...base,
    title: z.string(),
    instanceId: z.string().nullable(),
    cwd: z.string().nullable(),
  }),
  z.object({ type: z.literal('title'), ...base, title: z.string() }),
  z.object({ type: z.literal('tags'), ...base, tags: z.array(z.string()) }),
  z.object({ type: z.literal('session'), ...base, cwd: z.string() }),
  z.object({ type: z.literal('instance'), ...base, instanceId: z.string().nullable() }),
  z.object({ type: z.literal('supersede'), ...base, fromSeq: z.number(), toSeq: z.number() }),
])

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
