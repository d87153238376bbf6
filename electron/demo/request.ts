import { z } from 'zod'
import { againOf, hasRun, interruptedResults, withoutInterrupted, type AgainCall } from './interrupted.ts'

const block = z.looseObject({
  type: z.string(),
  text: z.string().optional(),
  tool_use_id: z.string().optional(),
  content: z.unknown().optional(),
  id: z.string().optional(),
  name: z.string().optional(),
  title: z.string().nullish(),
  input: z.unknown().optional(),
  source: z.looseObject({ media_type: z.string().optional(), data: z.string().optional() }).optional(),
})
type Block = z.infer<typeof block>

/** What we read of a request to the Messages API. */
export const requestSchema = z.looseObject({
  model: z.string().default('claude-demo'),
  stream: z.boolean().default(false),
  metadata: z.looseObject({ user_id: z.string().optional() }).optional(),
  system: z.union([z.string(), z.array(block)]).optional(),
  messages: z.array(z.looseObject({ role: z.enum(['user', 'assistant', 'system']), content: z.union([z.string(), z.array(block)]) })),
  output_config: z
    .looseObject({ effort: z.string().optional().catch(undefined) })
    .optional()
    .catch(undefined),
  speed: z.string().optional().catch(undefined),
  tools: z.array(z.looseObject({ name: z.string().optional(), input_schema: z.unknown().optional() })).default([]),
})
export type ModelRequest = z.infer<typeof requestSchema>

/** A request as the demo model understands it. */
export type Situation = {
  /** Who asks: Claude Code names its session in it. */
  session: string
  /** The user's newest words, without what Claude Code adds to them. */
  prompt: string
  images: { mediaType: string; bytes: number }[]
  /** Files and outputs of commands, in words. */
  files: string[]
  /** Tool calls since then, with what came of each. */
  results: string[]
  /** Everything the user said before, the oldest first. */
  earlier: string[]
  /** What the user sent while the prompt was being worked on, the oldest first. */
  added: string[]
  /** What a task in the background reports with this request, which no user wrote; null when none does. */
  notification: string | null
  /** What the request was sent with: model, effort and speed. */
  settings: { model: string; effort: string | null; speed: string | null }
  /** A call that is to be made again; null: none. */
  again: AgainCall | null
  /** The folder that Claude Code says it works in; null when it does not. */
  folder: string | null
  /** The file that Claude Code wants a plan written to; null outside of plan mode. */
  planFile: string | null
  tools: Set<string>
  /** What the tool for answers takes, where there is one; else null. */
  answerSchema: unknown
}

/** Finds the prompt in the messages: tool results and Claude Code's own reminders are the user's in form only. */
export function situationOf(request: ModelRequest): Situation {
  const prompts = request.messages.flatMap(({ role, content }, index) => {
    if (role !== 'user') return []
    return promptsIn(typeof content === 'string' ? [{ type: 'text', text: content }] : content).map((prompt) => ({ ...prompt, index }))
  })
  const newest = prompts.at(-1)
  const after = request.messages.slice((newest?.index ?? -1) + 1)
  return {
    session: request.metadata?.user_id ?? '',
    prompt: newest?.text ?? '',
    images: newest?.images ?? [],
    files: newest?.files ?? [],
    results: [
      ...interruptedIn(newest ? request.messages[newest.index]?.content : undefined),
      ...after.flatMap(({ content }) => resultsIn(content)),
    ].filter(hasRun),
    earlier: prompts.slice(0, -1).map(({ text }) => text),
    added: after.flatMap(({ content }) => addedIn(typeof content === 'string' ? content : content.map(textIn).join('\n'))),
    notification: notificationOf(request),
    again: againOf(request.messages),
    settings: { model: request.model, effort: request.output_config?.effort ?? null, speed: request.speed ?? null },
    folder: folderOf(request),
    planFile: planFileOf(request),
    tools: new Set(request.tools.flatMap(({ name }) => (name === undefined ? [] : [name]))),
    answerSchema: request.tools.find(({ name }) => name === 'StructuredOutput')?.input_schema ?? null,
  }
}

/** Where Claude Code has put an image. */
const imagePlace = /^\[Image: source: [^\]]*\]$/gm
const reminder = /<(system-reminder|local-command-[a-z]+|command-[a-z]+|bash-[a-z]+)>[\s\S]*?<\/\1>/g
/** Claude Code's own words around what is sent into a running turn. */
const added = /The user sent a new message while you were working:\n([\s\S]*?)\n\nThis is how Claude Code surfaces/g

const addedWhole = /The user sent a new message while you were working:\n[\s\S]*?\n\nThis is how Claude Code surfaces[\s\S]*$/

function addedIn(text: string): string[] {
  return [...text.matchAll(added)].map(([, said = '']) => said)
}

function textIn({ type, text = '', content }: Block): string {
  return type === 'tool_result' ? textOf(content) : text
}

function resultsIn(content: string | Block[]): string[] {
  const results = typeof content === 'string' ? [] : content.filter(({ type }) => type === 'tool_result').map((one) => textOf(one.content))
  return [...interruptedIn(content), ...results]
}

function interruptedIn(content: string | Block[] = []): string[] {
  return typeof content === 'string' ? interruptedResults(content) : content.flatMap(({ text = '' }) => interruptedResults(text))
}

type OwnPrompt = { text: string; images: Situation['images']; files: string[] }

/**
 * What the user said in one message. Several prompts when those before got no answer: Claude Code joins them then, each a
 * block of text after its images.
 */
function promptsIn(blocks: Block[]): OwnPrompt[] {
  const found: OwnPrompt[] = []
  let images: Situation['images'] = []
  let files: string[] = []
  for (const block of blocks) {
    images.push(...imageOf(block))
    files.push(...fileOf(block))
    const text =
      block.type === 'text'
        ? withoutInterrupted(block.text ?? '')
            .replace(reminder, '')
            .replace(imagePlace, '')
            .replace(addedWhole, '')
            .trim()
        : ''
    if (text === '') continue
    found.push({ text, images, files })
    images = []
    files = []
  }
  const last = found.at(-1)
  if (images.length + files.length === 0) return found
  if (!last) return [{ text: '', images, files }]
  last.images.push(...images)
  last.files.push(...files)
  return found
}

function imageOf({ type, source }: Block): { mediaType: string; bytes: number }[] {
  if (type !== 'image') return []
  return [{ mediaType: source?.media_type ?? 'image', bytes: Math.floor(((source?.data ?? '').length * 3) / 4) }]
}

/** A document by its name, size and first words; a command of the user's with what it said. */
function fileOf({ type, title, source, text = '' }: Block): string[] {
  if (type === 'text') {
    const [, command] = /<bash-input>([\s\S]*?)<\/bash-input>/.exec(text) ?? []
    const [, output = ''] = /<bash-stdout>([\s\S]*?)<\/bash-stdout>/.exec(text) ?? []
    return command === undefined ? [] : [`the output of “${command}”: “${firstWords(output)}”`]
  }
  if (type !== 'document') return []
  const data = source?.data ?? ''
  if (source?.media_type !== 'text/plain')
    return [`${title ?? 'a file'} (${source?.media_type ?? 'unknown'}, ${Math.floor((data.length * 3) / 4)} bytes)`]
  return [`${title ?? 'a text'} (${data.length} characters, “${firstWords(data)}”)`]
}

function firstWords(text: string): string {
  return text.trim().split('\n', 1)[0]?.slice(0, 80) ?? ''
}

function notificationOf({ messages }: ModelRequest): string | null {
  const content = messages.at(-1)?.content
  const text = typeof content === 'string' ? content : (content ?? []).map((one) => one.text ?? '').join('\n')
  if (!text.includes('<task-notification>')) return null
  const [, result = ''] = /<result>([\s\S]*?)<\/result>/.exec(text) ?? []
  return result.trim()
}

const partsSchema = z.array(z.looseObject({ text: z.string().optional() }))

function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  const parts = partsSchema.safeParse(content)
  return parts.success ? parts.data.map(({ text }) => text ?? '').join('\n') : ''
}

function planFileOf({ messages }: ModelRequest): string | null {
  const [, file] = /(\/[^"\s\\]*\/plans\/[^"\s\\]+\.md)/.exec(JSON.stringify(messages.slice(-4))) ?? []
  return file ?? null
}

function folderOf({ system, messages }: ModelRequest): string | null {
  const texts = typeof system === 'string' ? [system] : (system ?? []).map(({ text }) => text ?? '')
  for (const { content } of messages.slice(0, 2))
    texts.push(typeof content === 'string' ? content : content.map(({ text }) => text ?? '').join('\n'))
  for (const text of texts) {
    const [, folder] = /working directory:\s*(.+)/i.exec(text) ?? []
    if (folder !== undefined) return folder.trim()
  }
  return null
}
