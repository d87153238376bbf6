import type { Compaction } from '../../../shared/domain/compaction.ts'
import type { Block } from '../../../shared/domain/message.ts'
import type { Usage } from '../../../shared/domain/turn.ts'
import { countIn, fieldsOf, textIn, type Fields } from './fields.ts'
import { spendingOf, usageOf, type Spending } from './spending.ts'
import { attachedLine, type AttachedLine } from './attachments.ts'
import { blocksOf, textOf } from './transcript-blocks.ts'
import { userLine, type UserLine } from './user-line.ts'
import { parseJson } from '../storage/parse-json.ts'

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
  /** Of a copy of the session that was handed to the background. */
  isBackground: boolean
  /** Written by Claude Code and not by the user. */
  isMeta: boolean
  /** The id of the message when it was sent, where it was typed while Claude worked. */
  sentAs: string | null
  /** Where this entry was copied from, when the session is a fork of another. */
  forkedFrom: { sessionId: string; messageUuid: string | null } | null
}

/** One entry of a transcript. `other` is part of the tree, or known, and says nothing; the file keeps it as it is. */
export type TranscriptLine = Common &
  (
    | UserLine
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
    /** An empty title takes the one before it away. */
    | { kind: 'title'; title: string; by: 'user' | 'claude' }
    /** A message that waits while Claude works, or waits no longer. */
    | { kind: 'queue'; operation: string; said: UserLine | null }
    /** What a sub-agent said, as the line of its parent's transcript tells it; its own file says the same where it is there. */
    | { kind: 'progress'; toolUseId: string; agentId: string; said: TranscriptLine }
    | { kind: 'prompt'; text: string; leafUuid: string | null }
    | { kind: 'cost'; totalCostUsd: number | null }
    | {
        kind: 'system'
        subtype: string
        text: string
        /** What a compaction did; null for any other line. */
        compaction: Compaction | null
        /** The entries that a compaction has left as they were. */
        preserved: string[]
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
  const entry = fieldsOf(parseJson(withoutOddEnds(text)))
  return entry ? lineOf(entry, commonOf(entry)) : 'damaged'
}

function lineOf(entry: Fields, common: Common): TranscriptLine | 'unknown' {
  switch (entry['type']) {
    case 'user':
    case 'assistant':
      return spoken(entry, common)
    case 'system':
      return system(entry, common)
    case 'attachment':
      return attached(attachedLine(fieldsOf(entry['attachment'])), common)
    case 'queue-operation':
      return queued(entry, common)
    case 'progress':
      return progress(entry, common)
    case 'ai-title':
    case 'custom-title':
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
  return (
    !line.isMeta &&
    ((line.kind === 'user' && line.notes.length > 0) || ((line.kind === 'user' || line.kind === 'assistant') && line.blocks.length > 0))
  )
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
    isBackground: entry['sessionKind'] === 'bg',
    isMeta: entry['isMeta'] === true,
    sentAs: null,
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
  if (entry['type'] === 'user') return { ...common, ...userLine(blocks, entry) }
  const model = textIn(message, 'model')
  return {
    ...common,
    kind: 'assistant',
    blocks,
    text: textOf(blocks),
    messageId: textIn(message, 'id'),
    requestId: textIn(entry, 'requestId'),
    model,
    usage: usageOf(fieldsOf(message?.['usage'])),
    spending: spendingOf(fieldsOf(message?.['usage'])),
    isError: entry['isApiErrorMessage'] === true || model === '<synthetic>',
  }
}

function system(entry: Fields, common: Common): TranscriptLine {
  const subtype = textIn(entry, 'subtype') ?? ''
  const text = textIn(entry, 'content') ?? ''
  // Commands that ran within Claude Code, and what they answered, as newer versions write them.
  if (subtype === 'local_command') return { ...common, ...localLine(text) }
  if (subtype === 'voice_call_talk') return attached(attachedLine(fieldsOf(fieldsOf(entry['fold'])?.['command'])), common)
  const preserved = fieldsOf(fieldsOf(entry['compactMetadata'])?.['preservedMessages'])?.['uuids']
  const uuids = Array.isArray(preserved) ? preserved.filter((uuid) => typeof uuid === 'string') : []
  return { ...common, kind: 'system', subtype, text, compaction: compactionOf(entry), preserved: uuids }
}

/** A command that ran within Claude Code asks nothing, with marks or, where Claude Code did not know it, without. */
function localLine(text: string): UserLine {
  const said = userLine(blocksOf(text), null)
  if (said.says !== 'prompt') return said
  const command = /^\/\S+/.exec(said.text)?.[0] ?? null
  return { ...said, blocks: [], text: '', notes: [...said.notes, said.text], says: 'note', command: said.command ?? command }
}

function attached(line: AttachedLine | null, common: Common): TranscriptLine {
  if (line === null) return { ...common, kind: 'other', type: 'attachment' }
  // Claude Code lists a message that was typed while Claude worked by the id that it was sent with.
  return { ...common, isMeta: common.isMeta || line.isMeta, sentAs: line.sentAs, ...line.said }
}

function queued(entry: Fields, common: Common): TranscriptLine {
  const blocks = blocksOf(entry['content'])
  const said = blocks.length === 0 ? null : { ...userLine(blocks, null), isQueued: true }
  return { ...common, kind: 'queue', operation: textIn(entry, 'operation') ?? '', said }
}

function progress(entry: Fields, common: Common): TranscriptLine {
  const data = fieldsOf(entry['data'])
  const message = fieldsOf(data?.['message'])
  const [agentId, toolUseId] = [textIn(data, 'agentId'), textIn(entry, 'parentToolUseID') ?? textIn(entry, 'toolUseID')]
  const isSaid = message !== null && (message['type'] === 'user' || message['type'] === 'assistant')
  if (data?.['type'] !== 'agent_progress' || agentId === null || toolUseId === null || !isSaid)
    return { ...common, kind: 'other', type: 'progress' }
  const own = { ...commonOf(message), sessionId: common.sessionId, cwd: common.cwd, isSidechain: true, agentId }
  return {
    ...common,
    kind: 'progress',
    toolUseId,
    agentId,
    said: spoken(message, { ...own, timestamp: own.timestamp ?? common.timestamp }),
  }
}

function titled(entry: Fields, common: Common): TranscriptLine | 'unknown' {
  const by = entry['type'] === 'custom-title' ? 'user' : 'claude'
  const title = entry[by === 'user' ? 'customTitle' : 'aiTitle']
  return typeof title === 'string' ? { ...common, kind: 'title', title, by } : 'unknown'
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

/** Bytes that editors, other systems and power cuts leave around a line: a byte order mark, NUL, line ends. */
function withoutOddEnds(line: string): string {
  return line.startsWith('{') && line.endsWith('}') ? line : line.replace(/^[\s\0\ufeff]+/, '').replace(/[\s\0]+$/, '')
}
