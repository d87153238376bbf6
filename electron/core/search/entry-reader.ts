import { z } from 'zod'
import { roleSchema } from '../../../shared/domain/message.ts'
import { MessageQueue, wordsOf } from '../vault/steering.ts'
import { isSpoken, parseTranscriptLine, type SpokenLine, type TranscriptLine } from '../vault/transcript.ts'
import { looseBlocksSchema, sound, textOfBlocks, ToolNames, type Document } from './documents.ts'
import type { Source } from './source.ts'
import { parseJson } from '../storage/parse-json.ts'

/** What a line means to the index. */
export type Finding =
  | { kind: 'message'; document: Document }
  | { kind: 'head'; title?: string; tags?: string[]; instance?: string | null; folder?: string | null; at: number }
  | { kind: 'supersede'; from: number; to: number }
  | { kind: 'reinstate'; from: number; to: number }

/** Reads the lines of one source, in order. */
export class EntryReader {
  readonly #source: Pick<Source, 'kind' | 'agents' | 'output'>
  readonly #names = new ToolNames()
  readonly #queue = new MessageQueue()
  /** Messages that were typed while Claude worked, until it is known whether they are written down as messages too. */
  #steered: { words: string; document: Document }[] = []

  constructor(source: Pick<Source, 'kind' | 'agents' | 'output'>) {
    this.#source = source
  }

  /** Never throws; a line that says nothing, or cannot be understood, gives nothing. `place` is unique within the source. */
  read(line: string, place: number): Finding[] {
    if (this.#source.kind === 'conversation') return listOf(this.#entry(line))
    const { output } = this.#source
    if (output === undefined) return this.#transcript(line, place)
    return [found({ messageId: null, seq: place, role: 'tool', at: output.at, text: sound(line), tools: [], cut: false })]
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
      case 'reinstate':
        return { kind: 'reinstate', from: entry.fromSeq, to: entry.toSeq }
    }
  }

  #transcript(line: string, place: number): Finding[] {
    const read = parseTranscriptLine(line)
    if (typeof read === 'string') return []
    if (read.kind === 'queue') {
      const message = this.#queue.take(read, place)
      if (message?.line.said)
        this.#steered.push({ words: wordsOf(message.line.said), document: this.#documentOf({ ...read, ...message.line.said }, place) })
      return []
    }
    if (read.kind === 'title') return [{ kind: 'head', title: sound(read.title), at: timeOf(read) }]
    // A sub-agent that has a file of its own is searched there.
    if (read.kind === 'progress')
      return this.#source.agents?.includes(read.agentId) === true || !isSpoken(read.said) ? [] : [found(this.#documentOf(read.said, place))]
    if (!isSpoken(read)) return []
    if (read.kind === 'user') {
      const words = wordsOf(read)
      this.#steered = this.#steered.filter((each) => each.words !== words)
      return [found(this.#documentOf(read, place))]
    }
    const steered = this.#steered.map(({ document }) => found(document))
    this.#steered = []
    return [...steered, found(this.#documentOf(read, place))]
  }

  #documentOf(line: SpokenLine, place: number): Document {
    const notes = line.kind === 'user' ? line.notes.map((text) => ({ type: 'text', text })) : []
    const said = textOfBlocks([...notes, ...line.blocks], this.#names)
    return { messageId: line.sentAs ?? line.uuid, seq: place, role: roleOf(line), at: timeOf(line), ...said }
  }
}

function found(document: Document): Finding {
  return { kind: 'message', document }
}

function listOf(finding: Finding | null): Finding[] {
  return finding === null ? [] : [finding]
}

function timeOf({ timestamp }: TranscriptLine): number {
  const at = Date.parse(timestamp ?? '')
  return Number.isNaN(at) ? 0 : at
}

function roleOf(line: SpokenLine): Document['role'] {
  if (line.blocks.length > 0 && line.blocks.every(({ type }) => type === 'tool_result')) return 'tool'
  if (line.kind === 'assistant') return 'assistant'
  return line.blocks.length > 0 ? 'user' : 'system'
}

/** Entries that hold nothing to find are told by how they begin: they are as many as the messages. */
const silent = /^\{"type":"(?:turn|tool|approval|task|task-edit|task-drop|background|archive)"/

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
  z.object({ type: z.literal('reinstate'), ...base, fromSeq: z.number(), toSeq: z.number() }),
])
