import { getSessionInfo, getSessionMessages, type SessionMessage } from '@anthropic-ai/claude-agent-sdk'
import { z } from 'zod'
import type { Block, Message } from '../../shared/domain/message.ts'

/*
 * Our reading of a transcript beside the Agent SDK's. Equal has to be which messages there are, in which order, and every text, tool call,
 * result, picture and thought in them. Different on purpose, each in its place below:
 * - The SDK begins anew at a compaction; with us what was said before it stays, in the order in which it was said (`startOf`).
 * - Marks of Claude Code (commands and what they said, notices, reminders) are read as what they mean (`textFault`).
 * - An interruption is a line about the turn, and not what the user said (`textFault`).
 * - A PDF is kept whole; any other document is shown by its name (`faultOf`).
 * - Without a title of its own a session is called by what was asked first, also where a reminder stands before it (`titleFault`).
 * - Lines of ours beside what was said (attachments, notices; the role `system`) have no counterpart (`compare`).
 */

/** One session as both read it: how many messages the SDK has, and what differs, in words. */
export async function differences(sessionId: string, ours: readonly Message[]): Promise<{ messages: number; faults: string[] }> {
  const theirs = await getSessionMessages(sessionId, {})
  return { messages: theirs.length, faults: compare(theirs, ours) }
}

/**
 * What is wrong with a session's title; null when it is the one that the SDK knows. Prompts that begin with a mark, and commands, are
 * passed over by the SDK: there the first words of a prompt up to the one that the SDK names are right.
 */
export async function titleFault(sessionId: string, title: string, ours: readonly Message[]): Promise<string | null> {
  const info = await getSessionInfo(sessionId)
  const wanted = info?.customTitle ?? info?.firstPrompt
  if (wanted === undefined || isStart(title, wanted)) return null
  const asked = ours.filter(({ role, superseded, parentToolUseId }) => role === 'user' && superseded !== true && !parentToolUseId)
  const named = asked.findIndex(({ text }) => isStart(text, wanted))
  if (asked.slice(0, named < 0 ? undefined : named).some(({ text }) => isStart(title, text))) return null
  return `title ${brief(title)}, by the SDK ${brief(wanted)}`
}

/** Whether two texts begin alike; each may be cut. */
function isStart(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => text.replace(/…$/, '').replaceAll(/\s+/g, ' ').trim())
  return a !== undefined && b !== undefined && (a.startsWith(b) || b.startsWith(a))
}

function compare(theirs: readonly SessionMessage[], ours: readonly Message[]): string[] {
  const shown = ours.filter(({ parentToolUseId, superseded }) => !parentToolUseId && superseded !== true)
  const byUuid = Map.groupBy(shown, ({ claudeUuid }) => claudeUuid)
  const faults = theirs.flatMap((message) => faultsOf(message, byUuid.get(message.uuid) ?? []))
  const start = startOf(theirs, shown)
  // What a compaction has left as it was stands where it was said.
  const before = new Set(shown.slice(0, start).flatMap(({ claudeUuid }) => claudeUuid ?? []))
  const after = shown.slice(start)
  const known = new Set(theirs.map(({ uuid }) => uuid))
  const wanted = theirs.map(({ uuid }) => uuid).filter((uuid) => byUuid.has(uuid) && !before.has(uuid))
  const got = [...new Set(after.flatMap(({ claudeUuid }) => (claudeUuid !== undefined && known.has(claudeUuid) ? [claudeUuid] : [])))]
  if (JSON.stringify(wanted) !== JSON.stringify(got)) faults.push(`another order: ${placesOf(got, wanted)}`)
  const more = after.filter(({ role, claudeUuid }) => role !== 'system' && (claudeUuid === undefined || !known.has(claudeUuid)))
  return [...faults, ...more.map(({ role, text, blocks }) => `only with us: ${role} ${brief(text || JSON.stringify(blocks))}`)]
}

/** Where what the SDK has of a session begins with us: behind a compaction, or at the very beginning. */
function startOf([first]: readonly SessionMessage[], shown: readonly Message[]): number {
  const start = first
    ? Math.max(
        0,
        shown.findIndex(({ claudeUuid }) => claudeUuid === first.uuid),
      )
    : 0
  const isCompacted = shown.slice(0, start + 1).some(({ notice }) => notice?.kind === 'compaction' || notice?.kind === 'summary')
  return isCompacted ? start : 0
}

const partSchema = z.looseObject({
  type: z.string(),
  text: z.string().optional(),
  thinking: z.string().optional(),
  id: z.string().optional(),
  name: z.string().optional(),
  input: z.record(z.string(), z.unknown()).optional(),
  tool_use_id: z.string().optional(),
  title: z.string().optional(),
  content: z.unknown().optional(),
  source: z.looseObject({ data: z.string().optional() }).optional(),
})
type Part = z.infer<typeof partSchema>
const messageSchema = z.looseObject({ content: z.union([z.string(), z.array(partSchema)]) })

function faultsOf({ uuid, type, message }: SessionMessage, ours: readonly Message[]): string[] {
  const { content } = messageSchema.parse(message)
  const parts: Part[] = typeof content === 'string' ? [{ type: 'text', text: content }] : content
  const said = ours.flatMap(({ blocks, role }) => blocks.map((block) => ({ block, role })))
  return parts.flatMap((part) => {
    const fault = faultOf(part, said)
    return fault === null ? [] : [`${type} ${uuid.slice(0, 8)}: ${fault}`]
  })
}

type Said = { block: Block; role: Message['role'] }

function faultOf(part: Part, said: readonly Said[]): string | null {
  const has = (is: (block: Block) => boolean) => said.some(({ block }) => is(block))
  switch (part.type) {
    case 'text':
      return textFault(part.text ?? '', said)
    case 'thinking':
      return has((block) => block.type === 'thinking' && block.text === part.thinking) ? null : `thought ${brief(part.thinking)}`
    case 'tool_use':
      return has((block) => block.type === 'tool_use' && block.toolUseId === part.id && isCall(block, part)) ? null : `call ${part.name}`
    case 'tool_result':
      return has((block) => block.type === 'tool_result' && block.toolUseId === part.tool_use_id && hasOutput(block, part))
        ? null
        : `result ${brief(JSON.stringify(part.content))}`
    case 'image':
      return has((block) => block.type === 'image' && block.data === part.source?.data) ? null : 'picture'
    case 'document':
      return has(
        (block) =>
          (block.type === 'document' && block.data === part.source?.data) ||
          (block.type === 'text' && block.text.includes(part.title ?? '[PDF')),
      )
        ? null
        : 'document'
    default:
      return said.length > 0 ? null : `part ${part.type}`
  }
}

/** A text is there as it is, or, where it has marks, with the words within and around them. */
function textFault(text: string, said: readonly Said[]): string | null {
  if (text === '' || said.some(({ block }) => block.type === 'text' && block.text === text)) return null
  if (text.startsWith('Caveat: The messages below were generated by the user')) return null
  if (interruption.test(text)) return said.some(({ role }) => role === 'system') ? null : 'interruption'
  const lines = said.flatMap(({ block }) => (block.type === 'text' ? [block.text] : [])).join('\n')
  const rest = text.replaceAll(marks, '').trim()
  if (rest === text.trim()) return `text ${brief(text)}`
  if (rest !== '' && !lines.includes(rest)) return `text beside marks ${brief(rest)}`
  for (const [, tag, inner] of text.matchAll(marks)) {
    const words = (tag === 'task-notification' ? (/<summary>([^<]*)<\/summary>/.exec(inner ?? '')?.[1] ?? '') : (inner ?? ''))
      .replaceAll(codes, '')
      .trim()
    const isSilent = silent.has(tag ?? '') || words === ''
    if (!isSilent && !lines.includes(words)) return `mark ${tag} ${brief(words)}`
  }
  return null
}

const interruption = /^\[Request interrupted by user/
const marks = /<([a-z][a-z_-]{2,40})(?:\s[^>]*)?>([\s\S]*?)<\/\1>/g
// oxlint-disable-next-line no-control-regex -- these characters are what it looks for
const codes = /\u001b\[[0-9;]*m/g
const silent: ReadonlySet<string> = new Set(['command-message', 'local-command-caveat', 'system-reminder', 'total_tokens'])

function isCall(block: Extract<Block, { type: 'tool_use' }>, { name, input }: Part): boolean {
  return block.name === name && JSON.stringify(block.input) === JSON.stringify(input ?? {})
}

function hasOutput(block: Extract<Block, { type: 'tool_result' }>, { content }: Part): boolean {
  if (content === undefined) return block.output === ''
  if (typeof content === 'string') return block.output === content
  const parts = z.array(partSchema).parse(content)
  return parts.every((part) =>
    part.type === 'text'
      ? block.output.includes(part.text ?? '')
      : part.type === 'image'
        ? (block.images ?? []).some(({ data }) => data === part.source?.data)
        : block.output !== '',
  )
}

function placesOf(got: readonly string[], wanted: readonly string[]): string {
  const at = got.findIndex((uuid, index) => uuid !== wanted[index])
  return `from place ${at}, ${got[at]?.slice(0, 8)} instead of ${wanted[at]?.slice(0, 8)}`
}

function brief(text: string | undefined): string {
  return JSON.stringify((text ?? '').slice(0, 70))
}
