import { z } from 'zod'
import type { Role } from '../../../shared/domain/message.ts'
import { extraWords, fold, isSpecial } from './characters.ts'

/** What is found: one message, or (role `title`) the title and tags of its conversation. */
export type Document = {
  messageId: string | null
  /** Its place among the others of its source; -1 for the title. */
  seq: number
  role: Role | 'title'
  /** Milliseconds. */
  at: number
  text: string
  tools: string[]
  /** The text was longer, or what a tool was given deeper, than is kept. */
  cut: boolean
}

/** Of longer messages the beginning is searchable. */
export const maxText = 512 * 1024

/** The tool calls that were seen last, so that an answer knows its tool. */
export class ToolNames {
  readonly #names = new Map<string, string>()

  add(toolUseId: string, name: string): void {
    this.#names.set(toolUseId, name)
    const oldest = this.#names.keys().next()
    if (this.#names.size > maxToolNames && !oldest.done) this.#names.delete(oldest.value)
  }

  get(toolUseId: string): string | undefined {
    return this.#names.get(toolUseId)
  }
}

const maxToolNames = 300

const textSchema = z.string().catch('')
/** Read leniently, and by hand where the whole schema would cost more time than the index itself. */
export const looseBlocksSchema = z.array(
  z.object({
    type: z.string(),
    text: textSchema.optional(),
    toolUseId: textSchema.optional(),
    name: textSchema.optional(),
    input: z.unknown().optional(),
    output: textSchema.optional(),
    mediaType: textSchema.optional(),
    data: z.unknown().optional(),
    command: textSchema.optional(),
    stdout: textSchema.optional(),
    stderr: textSchema.optional(),
  }),
)
export type LooseBlock = z.infer<typeof looseBlocksSchema>[number]

/** All that was said in a message, tools' names, input and output too. */
export function textOfBlocks(blocks: readonly LooseBlock[], names: ToolNames): { text: string; tools: string[]; cut: boolean } {
  const parts: string[] = []
  const tools: string[] = []
  let isWhole = true
  for (const block of blocks) {
    if (block.text) parts.push(block.text)
    parts.push(...attached(block))
    if (block.type === 'tool_use' && block.name !== undefined) {
      tools.push(block.name)
      parts.push(block.name)
      if (block.toolUseId !== undefined) names.add(block.toolUseId, block.name)
      if (!addStrings(block.input, parts, 0)) isWhole = false
    }
    if (block.type !== 'tool_result') continue
    const name = block.toolUseId === undefined ? undefined : names.get(block.toolUseId)
    if (name !== undefined) tools.push(name)
    if (block.output) parts.push(block.output)
  }
  const whole = parts.join('\n')
  return { text: sound(whole.slice(0, maxText)), tools, cut: !isWhole || whole.length > maxText }
}

/** What a person gave to Claude beside the words: a file's name and text, a command and what it said. */
function attached({ type, name, mediaType, data, command, stdout, stderr }: LooseBlock): string[] {
  if (type === 'shell') return [command, stdout, stderr].flatMap((part) => part || [])
  if (type !== 'document') return []
  return [name ?? '', mediaType === 'text/plain' && typeof data === 'string' ? data : ''].filter((part) => part !== '')
}

/** SQLite ends text at NUL, and half a surrogate pair is no character. */
export function sound(text: string): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed()
  return whole.includes('\0') ? whole.replaceAll('\0', ' ') : whole
}

const maxDepth = 64

/** False where something was too deep to be taken. */
function addStrings(value: unknown, parts: string[], depth: number): boolean {
  if (typeof value === 'string') parts.push(value)
  else if (typeof value === 'number') parts.push(String(value))
  else if (typeof value === 'object' && value !== null) {
    if (depth >= maxDepth) return false
    let isWhole = true
    for (const each of Object.values(value)) if (!addStrings(each, parts, depth + 1)) isWhole = false
    return isWhole
  }
  return true
}

/** What filters ask for, as words of their own column. */
export function facetsOf({ role, tools }: Pick<Document, 'role' | 'tools'>, source: number): string {
  return [roleFacet(role), sourceFacet(source), ...new Set(tools.map(toolFacet))].join(' ')
}

export function roleFacet(role: Document['role']): string {
  return `r${role}`
}

export function sourceFacet(source: number): string {
  return `s${source}`
}

/** `mcp__github__list` and `mcp-github-list` are the same word. */
export function toolFacet(name: string): string {
  return `t${name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')}`
}

/** Further words of a document, for text without spaces and emoji. */
export function extraOf({ text }: Pick<Document, 'text'>): string {
  return extraWords(text)
}

const plainWord = /[a-z0-9]{4,}/g
const anyWord = /[\p{L}\p{N}\p{Co}]{4,}/gu
/** Beyond plain letters, dashes, arrows, frames and the like: such text takes longer. */
const hasOtherLetters = /[^\0-\x7f\u2000-\u2bff]/
const longestWord = 48
const idLike = /^\d|\d.*\d.*\d.*\d|^[0-9a-f]*\d[0-9a-f]*$/

/**
 * Words that may be searched by their inside, without accents, those that are `known` left out. Ids and numbers are none: they are found
 * by how they begin. Neither are very short and very long words, and text without spaces, of which any part is found anyway.
 */
export function addLongWords(text: string, known: (word: string) => boolean, add: (word: string) => void): void {
  const lower = text.toLowerCase()
  const isPlain = !hasOtherLetters.test(lower)
  const words = isPlain ? lower.match(plainWord) : fold(lower.normalize('NFC')).match(anyWord)
  if (!words) return
  for (const word of words) {
    if (word.length <= longestWord && !known(word) && !idLike.test(word) && (isPlain || !isSpecial(word))) add(word)
  }
}
