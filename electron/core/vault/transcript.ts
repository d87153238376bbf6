import { z } from 'zod'
import type { Block } from '../../../shared/domain/message.ts'
import type { Usage } from '../../../shared/domain/turn.ts'
import { blocksOf, textOf } from './transcript-blocks.ts'

/** What every entry of Claude Code's transcripts may carry; null where it does not. */
type Common = {
  /** Null for entries that are not part of the tree, such as titles. */
  uuid: string | null
  parentUuid: string | null
  sessionId: string | null
  /** ISO 8601 in UTC. */
  timestamp: string | null
  cwd: string | null
  version: string | null
  gitBranch: string | null
  /** The program that it was written by, such as `cli` or `sdk-ts`. */
  entrypoint: string | null
  /** True for the work of a sub-agent. */
  isSidechain: boolean
  agentId: string | null
  /** Written by Claude Code and not by the user. */
  isMeta: boolean
  /** Where this entry was copied from, when the session is a fork of another. */
  forkedFrom: { sessionId: string; messageUuid: string | null } | null
}

/** One entry of a transcript. `other` is part of the tree, or known, and says nothing; the file keeps it as it is. */
export type TranscriptLine = Common &
  (
    | {
        kind: 'user'
        blocks: Block[]
        text: string
        /** True for what stands in the place of the messages before it, after Claude Code has made its context smaller. */
        isCompactSummary: boolean
      }
    | {
        kind: 'assistant'
        blocks: Block[]
        text: string
        /** Claude's id of the message; each of its blocks is a line of its own. Count usage once per `messageId` and `requestId`. */
        messageId: string | null
        requestId: string | null
        model: string | null
        usage: Usage | null
        /** Claude Code wrote it in the place of an answer that did not come. */
        isError: boolean
      }
    | { kind: 'title'; title: string; by: 'user' | 'claude' }
    | { kind: 'prompt'; text: string; leafUuid: string | null }
    | { kind: 'cost'; totalCostUsd: number | null }
    | { kind: 'system'; subtype: string; text: string }
    | { kind: 'other'; type: string }
  )

/** A line that says something: what a person would call a message. */
export type SpokenLine = Extract<TranscriptLine, { kind: 'user' | 'assistant' }>

/**
 * Reads one line of a transcript of any version of Claude Code. Never throws. `damaged`: not JSON, or no object, as a
 * torn line is; `unknown`: whole, but of a kind that has no place in the tree and that we do not know.
 */
export function parseTranscriptLine(text: string): TranscriptLine | 'damaged' | 'unknown' {
  const entry = entrySchema.safeParse(parseJson(text)).data
  if (!entry) return 'damaged'
  const common = commonOf(entry)
  switch (entry.type) {
    case 'user':
    case 'assistant':
      return spoken(entry, common)
    case 'system':
      return { ...common, kind: 'system', subtype: entry.subtype ?? '', text: typeof entry.content === 'string' ? entry.content : '' }
    case 'ai-title':
    case 'custom-title':
    case 'summary':
      return titled(entry, common)
    case 'last-prompt':
      return { ...common, kind: 'prompt', text: entry.lastPrompt ?? '', leafUuid: entry.leafUuid ?? null }
    case 'cost-state':
      return { ...common, kind: 'cost', totalCostUsd: entry.totalCostUSD ?? null }
    default:
      return common.uuid === null ? 'unknown' : { ...common, kind: 'other', type: entry.type ?? '' }
  }
}

/** Whether a line is a message for a reader: somebody said something, or a tool was called or answered. */
export function isSpoken(line: TranscriptLine): line is SpokenLine {
  return (line.kind === 'user' || line.kind === 'assistant') && !line.isMeta && line.blocks.length > 0
}

/** Lets a field that is not as expected count as absent, so that one odd field does not cost the line. */
function lenient<T extends z.ZodType>(schema: T) {
  return schema.nullish().catch(null)
}
const text = lenient(z.string())
const flag = lenient(z.boolean())
const count = z.number().nonnegative().nullish().catch(null)
const usageSchema = z.object({
  input_tokens: count,
  output_tokens: count,
  cache_read_input_tokens: count,
  cache_creation_input_tokens: count,
})
const entrySchema = z.object({
  type: text,
  subtype: text,
  uuid: text,
  parentUuid: text,
  logicalParentUuid: text,
  sessionId: text,
  timestamp: text,
  cwd: text,
  version: text,
  gitBranch: text,
  entrypoint: text,
  agentId: text,
  isSidechain: flag,
  isMeta: flag,
  isCompactSummary: flag,
  isApiErrorMessage: flag,
  requestId: text,
  message: lenient(z.object({ id: text, model: text, content: z.unknown().optional(), usage: lenient(usageSchema) })),
  content: z.unknown().optional(),
  aiTitle: text,
  customTitle: text,
  summary: text,
  leafUuid: text,
  lastPrompt: text,
  totalCostUSD: lenient(z.number().nonnegative()),
  forkedFrom: lenient(z.object({ sessionId: z.string(), messageUuid: text })),
})
type Entry = z.infer<typeof entrySchema>

function commonOf(entry: Entry): Common {
  return {
    uuid: entry.uuid || null,
    // Across a compaction the tree goes on by another name.
    parentUuid: entry.parentUuid || entry.logicalParentUuid || null,
    sessionId: entry.sessionId ?? null,
    timestamp: timeOf(entry.timestamp),
    cwd: entry.cwd ?? null,
    version: entry.version ?? null,
    gitBranch: entry.gitBranch ?? null,
    entrypoint: entry.entrypoint ?? null,
    isSidechain: entry.isSidechain === true,
    agentId: entry.agentId ?? null,
    isMeta: entry.isMeta === true,
    forkedFrom: entry.forkedFrom ? { sessionId: entry.forkedFrom.sessionId, messageUuid: entry.forkedFrom.messageUuid ?? null } : null,
  }
}

function spoken(entry: Entry, common: Common): TranscriptLine {
  const { message } = entry
  const blocks = blocksOf(message?.content)
  const said = { blocks, text: textOf(blocks) }
  if (entry.type === 'user') return { ...common, kind: 'user', ...said, isCompactSummary: entry.isCompactSummary === true }
  const { usage } = message ?? {}
  return {
    ...common,
    kind: 'assistant',
    ...said,
    messageId: message?.id ?? null,
    requestId: entry.requestId ?? null,
    model: message?.model ?? null,
    usage: usage
      ? {
          input: usage.input_tokens ?? 0,
          output: usage.output_tokens ?? 0,
          cacheRead: usage.cache_read_input_tokens ?? 0,
          cacheWrite: usage.cache_creation_input_tokens ?? 0,
        }
      : null,
    isError: entry.isApiErrorMessage === true || message?.model === '<synthetic>',
  }
}

function titled(entry: Entry, common: Common): TranscriptLine | 'unknown' {
  const title = entry.customTitle ?? entry.aiTitle ?? entry.summary
  return title ? { ...common, kind: 'title', title, by: entry.type === 'custom-title' ? 'user' : 'claude' } : 'unknown'
}

function timeOf(raw: string | null | undefined): string | null {
  if (!raw) return null
  const time = new Date(raw)
  return Number.isNaN(time.getTime()) ? null : time.toISOString()
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
