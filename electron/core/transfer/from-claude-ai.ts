import { z } from 'zod'
import type { Block } from '../../../shared/domain/message.ts'
import type { Entry } from '../conversations/entry.ts'
import { fieldsOf, textIn } from '../vault/fields.ts'
import { wordsOf } from '../vault/transcript-blocks.ts'
import { replacedPlaces } from './claude-ai-branches.ts'
import { importLimits } from './limits.ts'
import { stableId } from './stable-id.ts'
import { oneLine } from './tool-words.ts'

/** Lets an odd field count as absent, so that it does not cost the conversation. */
const text = z.string().nullish().catch(null)
const list = z.array(z.unknown()).nullish().catch(null)
const attachmentSchema = z.object({ file_name: text, extracted_content: text, file_kind: text, file_uuid: text })
const citationSchema = z.object({ details: z.object({ url: z.string().min(1).max(2_000) }) })
const partSchema = z.object({
  type: text,
  text,
  thinking: text,
  id: text,
  tool_use_id: text,
  name: text,
  input: z.unknown().optional(),
  content: z.unknown().optional(),
  is_error: z.boolean().nullish().catch(null),
  citations: list,
})
const messageSchema = z.object({
  uuid: text,
  parent_message_uuid: text,
  text,
  sender: text,
  created_at: text,
  content: list,
  attachments: list,
  files: list,
})
const conversationSchema = z.object({
  uuid: z.string().min(1).max(200),
  name: text,
  created_at: text,
  current_leaf_message_uuid: text,
  chat_messages: z.array(z.unknown()),
})

/** Our own JSON, as `format=json` gives it. */
const readableSchema = z.object({ conversation: z.object({ id: z.string() }), messages: z.array(z.unknown()) })
const forReading = 'This is an export for reading. Import the bundle or the JSON Lines of it instead.'
const lastNote =
  'This conversation comes from claude.ai. Claude Code has no session of it, so Claude does not know what was said here. “Save as prompt” hands it over to a new conversation.'

/** A conversation of a claude.ai data export as entries of ours; a reason when it is none, or nothing was said in it. */
export function entriesOfClaudeAi(value: unknown): Entry[] | string {
  const found = conversationSchema.safeParse(value).data
  if (!found) return readableSchema.safeParse(value).success ? forReading : 'It is not a conversation of a claude.ai export.'
  if (found.chat_messages.length > importLimits.claudeAiMessages) return `It has more than ${importLimits.claudeAiMessages} messages.`
  const entries: Entry[] = []
  const created = timeOf(found.created_at) ?? new Date(0).toISOString()
  const id = stableId('conv', 'claude.ai', found.uuid)
  const all = inTime(found.chat_messages.map((raw) => messageSchema.safeParse(raw).data ?? null))
  const name = oneLine(found.name ?? '', 200)
  const title = name || oneLine(firstWords(all), 80) || 'A conversation from claude.ai'
  const fixed = { version: 1 as const, instanceId: null, source: 'claude.ai', target: null, cwd: null }
  entries.push({ type: 'conversation', id, ...fixed, seq: 0, at: created, title, titleIsAutomatic: name === '' })
  const replaced = replacedPlaces(
    all.map((said) => said && { uuid: said.uuid ?? null, parent: said.parent_message_uuid ?? null }),
    found.current_leaf_message_uuid ?? null,
  )
  let at = created
  for (const [index, said] of all.entries()) {
    if (!said) continue
    at = timeOf(said.created_at) ?? at
    const from = entries.length
    const blocks = blocksOf(said, id, index)
    for (const [place, group] of groupsOf(blocks, said.sender === 'human').entries()) {
      const message = {
        id: stableId('msg', found.uuid, said.uuid ?? String(index), String(place)),
        role: group.role,
        text: group.blocks.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n\n'),
        blocks: group.blocks,
        turnId: null,
      }
      entries.push({ type: 'message', seq: entries.length, at, message })
    }
    const toSeq = entries.length - 1
    if (replaced.has(index) && toSeq >= from) entries.push({ type: 'supersede', seq: entries.length, at, fromSeq: from, toSeq })
  }
  if (entries.length === 1) return 'Nothing was said in it.'
  const note = { id: stableId('msg', found.uuid, 'note'), role: 'system' as const, text: lastNote, turnId: null }
  entries.push({ type: 'message', seq: entries.length, at, message: { ...note, blocks: [{ type: 'text', text: lastNote }] } })
  return entries
}

type Said = z.infer<typeof messageSchema>

function blocksOf(said: Said, conversationId: string, index: number): Block[] {
  const blocks: Block[] = []
  const named = new Set<string>()
  for (const raw of [...(said.attachments ?? []), ...(said.files ?? [])]) {
    const attachment = attachmentSchema.safeParse(raw).data
    // What has no name is told by its kind: it was there.
    const name = attachment?.file_name || (attachment?.file_uuid ? (attachment.file_kind ?? 'without a name') : null)
    const content = attachment?.extracted_content
    // The same file may stand among the attachments and among the files.
    if (!attachment || (attachment.file_name && named.has(attachment.file_name)) || (name === null && !content)) continue
    if (attachment.file_name) named.add(attachment.file_name)
    blocks.push({ type: 'text', text: content ? `Attached: ${name ?? 'a file'}\n\n${content}` : `[file: ${name}]` })
  }
  const parts = (said.content ?? []).flatMap((raw, place) => partOf(raw, `${conversationId}_${index}_${place}`))
  if (parts.some(({ type }) => type !== 'tool_result') || parts.length > 0) blocks.push(...parts)
  else if (said.text) blocks.push({ type: 'text', text: said.text })
  return blocks
}

function partOf(raw: unknown, fallbackId: string): Block[] {
  const part = partSchema.safeParse(raw).data
  if (!part) return []
  switch (part.type) {
    case 'text':
      return part.text ? [{ type: 'text', text: part.text }, ...citedIn(part.text, part.citations ?? [])] : []
    case 'thinking':
      return part.thinking ? [{ type: 'thinking', text: part.thinking }] : []
    case 'tool_use':
      return [{ type: 'tool_use', toolUseId: part.id ?? fallbackId, name: part.name ?? 'tool', input: recordOf(part.input) }]
    case 'tool_result':
      return [
        { type: 'tool_result', toolUseId: part.tool_use_id ?? fallbackId, output: plainOf(part.content), isError: part.is_error === true },
      ]
    // Notes of the app to itself.
    case 'token_budget':
    case 'flag':
      return []
    default: {
      const fields = fieldsOf(raw)
      return fields ? [{ type: 'text', text: wordsOf(fields) }] : []
    }
  }
}

/** The pages that a text leans on: claude.ai shows them as links within it. */
function citedIn(said: string, citations: readonly unknown[]): Block[] {
  const found = citations.flatMap((raw) => citationSchema.safeParse(raw).data?.details.url ?? [])
  const urls = [...new Set(found)].filter((url) => !said.includes(url)).slice(0, mostCited)
  return urls.length === 0 ? [] : [{ type: 'text', text: `Sources:\n${urls.map((url) => `- ${url}`).join('\n')}` }]
}

const mostCited = 100

/** In the order in which they were said, where each says when: an export may list them otherwise. */
function inTime(all: readonly (Said | null)[]): readonly (Said | null)[] {
  const times = new Map(all.map((said) => [said, timeOf(said?.created_at)]))
  if ([...times.values()].includes(null)) return all
  return all.toSorted((a, b) => ((times.get(a) ?? '') < (times.get(b) ?? '') ? -1 : (times.get(a) ?? '') > (times.get(b) ?? '') ? 1 : 0))
}

/** What was asked first, for one without a name. */
function firstWords(all: readonly (Said | null)[]): string {
  for (const said of all) {
    const parts = (said?.content ?? []).flatMap((part) => textIn(fieldsOf(part), 'text') ?? [])
    const words = said?.sender === 'human' ? parts.join(' ').trim() || (said.text ?? '').trim() : ''
    if (words !== '') return words
  }
  return ''
}

/** Results of tools stand within Claude's message there; with us they are messages of their own. */
function groupsOf(blocks: readonly Block[], isHuman: boolean): { role: 'user' | 'assistant' | 'tool'; blocks: Block[] }[] {
  const groups: { role: 'user' | 'assistant' | 'tool'; blocks: Block[] }[] = []
  for (const block of blocks) {
    const role = block.type === 'tool_result' ? 'tool' : isHuman ? 'user' : 'assistant'
    const last = groups.at(-1)
    if (last?.role === role) last.blocks.push(block)
    else groups.push({ role, blocks: [block] })
  }
  return groups
}

function plainOf(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return content === undefined || content === null ? '' : JSON.stringify(content)
  return content
    .map((part: unknown) => {
      const fields = fieldsOf(part)
      return fields ? wordsOf(fields) : typeof part === 'string' ? part : JSON.stringify(part)
    })
    .join('\n')
}

function recordOf(input: unknown): Record<string, unknown> {
  return z.record(z.string(), z.unknown()).safeParse(input).data ?? {}
}

function timeOf(raw: string | null | undefined): string | null {
  const time = raw ? new Date(raw) : null
  return time === null || Number.isNaN(time.getTime()) ? null : time.toISOString()
}
