import { z } from 'zod'
import type { Block } from '../../../shared/domain/message.ts'
import type { Entry } from '../conversations/entry.ts'
import { importLimits } from './limits.ts'
import { stableId } from './stable-id.ts'
import { oneLine } from './tool-words.ts'

/** Lets an odd field count as absent, so that it does not cost the conversation. */
const text = z.string().nullish().catch(null)
const list = z.array(z.unknown()).nullish().catch(null)
const attachmentSchema = z.object({ file_name: text, extracted_content: text })
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
})
const messageSchema = z.object({ uuid: text, text, sender: text, created_at: text, content: list, attachments: list, files: list })
const conversationSchema = z.object({ uuid: z.string().min(1).max(200), name: text, created_at: text, chat_messages: z.array(z.unknown()) })

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
  const title = oneLine(found.name ?? '', 200)
  entries.push({
    type: 'conversation',
    version: 1,
    id,
    seq: 0,
    at: created,
    title: title || 'A conversation from claude.ai',
    titleIsAutomatic: false,
    instanceId: null,
    source: 'claude.ai',
    target: null,
    cwd: null,
  })
  let at = created
  for (const [index, raw] of found.chat_messages.entries()) {
    const said = messageSchema.safeParse(raw).data
    if (!said) continue
    at = timeOf(said.created_at) ?? at
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
  }
  if (entries.length === 1) return 'Nothing was said in it.'
  const note = { id: stableId('msg', found.uuid, 'note'), role: 'system' as const, text: lastNote, turnId: null }
  entries.push({ type: 'message', seq: entries.length, at, message: { ...note, blocks: [{ type: 'text', text: lastNote }] } })
  return entries
}

type Said = z.infer<typeof messageSchema>

function blocksOf(said: Said, conversationId: string, index: number): Block[] {
  const blocks: Block[] = []
  for (const raw of said.attachments ?? []) {
    const attachment = attachmentSchema.safeParse(raw).data
    if (attachment?.extracted_content)
      blocks.push({ type: 'text', text: `Attached: ${attachment.file_name ?? 'a file'}\n\n${attachment.extracted_content}` })
  }
  for (const raw of said.files ?? []) {
    const name = attachmentSchema.safeParse(raw).data?.file_name
    if (name) blocks.push({ type: 'text', text: `[file: ${name}]` })
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
      return part.text ? [{ type: 'text', text: part.text }] : []
    case 'thinking':
      return part.thinking ? [{ type: 'thinking', text: part.thinking }] : []
    case 'tool_use':
      return [{ type: 'tool_use', toolUseId: part.id ?? fallbackId, name: part.name ?? 'tool', input: recordOf(part.input) }]
    case 'tool_result':
      return [
        { type: 'tool_result', toolUseId: part.tool_use_id ?? fallbackId, output: plainOf(part.content), isError: part.is_error === true },
      ]
    default:
      return []
  }
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

const textPart = z.object({ text: z.string() })

function plainOf(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return content === undefined || content === null ? '' : JSON.stringify(content)
  return content.map((part: unknown) => textPart.safeParse(part).data?.text ?? JSON.stringify(part)).join('\n')
}

function recordOf(input: unknown): Record<string, unknown> {
  return z.record(z.string(), z.unknown()).safeParse(input).data ?? {}
}

function timeOf(raw: string | null | undefined): string | null {
  const time = raw ? new Date(raw) : null
  return time === null || Number.isNaN(time.getTime()) ? null : time.toISOString()
}
