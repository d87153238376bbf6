import type { Compaction } from '../../../shared/domain/compaction.ts'
import type { Block } from '../../../shared/domain/message.ts'
import type { Usage } from '../../../shared/domain/turn.ts'
import { countIn, fieldsOf, textIn, type Fields } from './fields.ts'
import { spendingOf, usageOf, type Spending } from './spending.ts'
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
        /** What its price depends on beside that. */
        spending: Spending
        /** Claude Code wrote it in the place of an answer that did not come. */
        isError: boolean
      }
    | { kind: 'title'; title: string; by: 'user' | 'claude' }
    | { kind: 'prompt'; text: string; leafUuid: string | null }
    | { kind: 'cost'; totalCostUsd: number | null }
    | {
        kind: 'system'
        subtype: string
        text: string
        /** What a compaction did; null for any other line. */
        compaction: Compaction | null
      }
    | { kind: 'other'; type: string }
  )

/** A line that says something: what a person would call a message. */
export type SpokenLine = Extract<TranscriptLine, { kind: 'user' | 'assistant' }>

/**
 * Reads one line of a transcript of any version of Claude Code. Never throws. `damaged`: not JSON, or no object, as a
 * torn line is; `unknown`: whole, but of a kind that has no place in the tree and that we do not know.
 */
export function parseTranscriptLine(text: string): TranscriptLine | 'damaged' | 'unknown' {
  const entry = fieldsOf(parseJson(text))
  if (!entry) return 'damaged'
  const common = commonOf(entry)
  switch (entry['type']) {
    case 'user':
    case 'assistant':
      return spoken(entry, common)
    case 'system':
      return {
        ...common,
        kind: 'system',
        subtype: textIn(entry, 'subtype') ?? '',
        text: textIn(entry, 'content') ?? '',
        compaction: compactionOf(entry),
      }
    case 'ai-title':
    case 'custom-title':
    case 'summary':
      return titled(entry, common)
    case 'last-prompt':
      return { ...common, kind: 'prompt', text: textIn(entry, 'lastPrompt') ?? '', leafUuid: textIn(entry, 'leafUuid') }
    case 'cost-state':
      return { ...common, kind: 'cost', totalCostUsd: countIn(entry, 'totalCostUSD') }
    default:
      return common.uuid === null ? 'unknown' : { ...common, kind: 'other', type: textIn(entry, 'type') ?? '' }
  }
}

/** Whether a line is a message for a reader: somebody said something, or a tool was called or answered. */
export function isSpoken(line: TranscriptLine): line is SpokenLine {
  return (line.kind === 'user' || line.kind === 'assistant') && !line.isMeta && line.blocks.length > 0
}

function commonOf(entry: Fields): Common {
  const forkedFrom = fieldsOf(entry['forkedFrom'])
  const forkedId = textIn(forkedFrom, 'sessionId')
  return {
    uuid: textIn(entry, 'uuid'),
    // Across a compaction the tree goes on by another name.
    parentUuid: textIn(entry, 'parentUuid') ?? textIn(entry, 'logicalParentUuid'),
    sessionId: textIn(entry, 'sessionId'),
    timestamp: timeOf(textIn(entry, 'timestamp')),
    cwd: textIn(entry, 'cwd'),
    version: textIn(entry, 'version'),
    gitBranch: textIn(entry, 'gitBranch'),
    entrypoint: textIn(entry, 'entrypoint'),
    isSidechain: entry['isSidechain'] === true,
    agentId: textIn(entry, 'agentId'),
    isMeta: entry['isMeta'] === true,
    forkedFrom: forkedId === null ? null : { sessionId: forkedId, messageUuid: textIn(forkedFrom, 'messageUuid') },
  }
}

function compactionOf(entry: Fields): Compaction | null {
  if (entry['subtype'] !== 'compact_boundary') return null
  const facts = fieldsOf(entry['compactMetadata'])
  return { trigger: textIn(facts, 'trigger'), preTokens: countIn(facts, 'preTokens'), postTokens: countIn(facts, 'postTokens') }
}

function spoken(entry: Fields, common: Common): TranscriptLine {
  const message = fieldsOf(entry['message'])
  const blocks = blocksOf(message?.['content'])
  const said = { blocks, text: textOf(blocks) }
  if (entry['type'] === 'user') return { ...common, kind: 'user', ...said, isCompactSummary: entry['isCompactSummary'] === true }
  const model = textIn(message, 'model')
  return {
    ...common,
    kind: 'assistant',
    ...said,
    messageId: textIn(message, 'id'),
    requestId: textIn(entry, 'requestId'),
    model,
    usage: usageOf(fieldsOf(message?.['usage'])),
    spending: spendingOf(fieldsOf(message?.['usage'])),
    isError: entry['isApiErrorMessage'] === true || model === '<synthetic>',
  }
}

function titled(entry: Fields, common: Common): TranscriptLine | 'unknown' {
  const title = textIn(entry, 'customTitle') ?? textIn(entry, 'aiTitle') ?? textIn(entry, 'summary')
  return title === null ? 'unknown' : { ...common, kind: 'title', title, by: entry['type'] === 'custom-title' ? 'user' : 'claude' }
}

function timeOf(raw: string | null): string | null {
  if (raw === null) return null
  if (isoTime.test(raw)) return raw
  const time = new Date(raw)
  // Years of more than four digits are nobody's time.
  return Number.isNaN(time.getTime()) || time.getUTCFullYear() > 9_999 || time.getUTCFullYear() < 0 ? null : time.toISOString()
}

/** As Claude Code writes it on most days, which needs no second look. */
const isoTime = /^20\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
