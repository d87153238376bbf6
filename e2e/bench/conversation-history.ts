import { createHash } from 'node:crypto'
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import path from 'node:path'
import type { Entry } from '../../electron/core/conversations/entry.ts'
import { Chance } from './chance.ts'

export type HistoryOptions = {
  /** The data folder; its `conversations` folder is made when missing. */
  folder: string
  messages: number
  conversations: number
  /** The same seed gives the same bytes. */
  seed?: number
  /** The first conversation gets exactly so many messages of the whole. */
  longest?: number
}

export type History = { ids: string[]; messages: number; bytes: number; /** A word that stands in five messages. */ rare: string }

type Draft = Entry extends infer E ? (E extends Entry ? Omit<E, 'seq' | 'at'> : never) : never
type Blocks = Extract<Draft, { type: 'message' }>['message']['blocks']

const begin = Date.parse('2026-01-05T08:00:00.000Z')
const spanMs = 200 * 86_400_000

/**
 * Writes made-up conversations in the app's own format: short prompts, answers, and tool calls whose output is most of the text,
 * with code, paths, ids, a little Chinese, Japanese, Korean and emoji. Call it while the app does not run.
 */
export function writeHistory({ folder, messages, conversations, seed = 1, longest = 0 }: HistoryOptions): History {
  mkdirSync(path.join(folder, 'conversations'), { recursive: true })
  const chance = new Chance(seed)
  const words = new Words(chance)
  const lengths = share(chance, messages - longest, conversations - (longest > 0 ? 1 : 0))
  if (longest > 0) lengths.unshift(longest)
  const history: History = { ids: [], messages: 0, bytes: 0, rare: `zqxrare${seed}` }
  const rareAt = new Set(Array.from({ length: 5 }, (_, index) => Math.floor((lengths.length * (index + 0.5)) / 5)))
  for (const [index, length] of lengths.entries()) {
    const made = new Conversation(chance, words, index + 1, length, rareAt.has(index) ? history.rare : null)
    history.bytes += made.write(path.join(folder, 'conversations', `${made.id}.jsonl`))
    history.messages += made.messages
    history.ids.push(made.id)
  }
  return history
}

/** Lengths as people have them: many short conversations, a few very long ones. */
function share(chance: Chance, messages: number, conversations: number): number[] {
  const raw = Array.from({ length: conversations }, () => chance.skewed(40, 1.2, 3_000))
  const scale = messages / raw.reduce((sum, one) => sum + one, 0)
  const lengths = raw.map((one) => Math.max(2, Math.round(one * scale)))
  const rest = messages - lengths.reduce((sum, one) => sum + one, 0)
  const last = lengths.length - 1
  lengths[last] = Math.max(2, (lengths[last] ?? 0) + rest)
  return lengths
}

/** Text that is cheap to make: pieces of prose, code and output made once, cut and joined anew each time. */
class Words {
  readonly #chance: Chance
  readonly #vocabulary: string[]
  readonly #prose: string[]
  readonly #code: string[]

  constructor(chance: Chance) {
    this.#chance = chance
    this.#vocabulary = Array.from({ length: 20_000 }, (_, index) => (index < common.length ? (common[index] ?? '') : made(chance, index)))
    this.#prose = Array.from({ length: 2_000 }, () => this.#sentence())
    this.#code = Array.from({ length: 2_000 }, () => this.#statement())
  }

  word(): string {
    return this.#vocabulary[Math.floor(this.#vocabulary.length * this.#chance.next() ** 4)] ?? 'the'
  }

  title(): string {
    return Array.from({ length: 5 }, () => this.word()).join(' ')
  }

  prose(length: number): string {
    let text = ''
    while (text.length < length) text += `${text === '' ? '' : ' '}${this.#chance.pick(this.#prose)}`
    if (this.#chance.next() < 0.02) text += ` ${this.#chance.pick(foreign)}`
    return text
  }

  code(length: number): string {
    let text = ''
    for (let line = 1; text.length < length; line += 1) text += `${text === '' ? '' : '\n'}${line} ${this.#chance.pick(this.#code)}`
    return text
  }

  path(): string {
    return `/home/dev/${this.word()}/src/${this.word()}/${this.word()}-${this.#chance.below(400)}.ts`
  }

  #sentence(): string {
    const length = 5 + this.#chance.below(16)
    return `${Array.from({ length }, () => this.word()).join(' ')}.`
  }

  #statement(): string {
    const id = this.#chance.below(20) === 0 ? ` // ${this.#chance.hex(12)}` : ''
    const name = camel(this.word(), this.word())
    return this.#chance.below(3) === 0
      ? `import { ${name} } from './${this.word()}/${this.word()}.ts'`
      : `  const ${name} = await ${this.word()}_${this.word()}(${this.word()}, ${this.#chance.below(5_000)})${id}`
  }
}

class Conversation {
  readonly id: string
  messages = 0
  readonly #chance: Chance
  readonly #words: Words
  readonly #limit: number
  readonly #lines: string[] = []
  readonly #number: number
  #now: number
  #rare: string | null

  constructor(chance: Chance, words: Words, number: number, limit: number, rare: string | null) {
    this.#chance = chance
    this.#words = words
    this.#limit = limit
    this.#number = number
    this.#rare = rare
    this.#now = begin + Math.floor(chance.next() * spanMs)
    this.id = `conv_${this.#now.toString(16).padStart(12, '0')}${number.toString(16).padStart(12, '0')}`
  }

  /** Answers the bytes. */
  write(file: string): number {
    const cwd = `/home/dev/${this.#words.word()}`
    const head = { titleIsAutomatic: false, instanceId: null, source: null, target: null, cwd }
    this.#add({ type: 'conversation', version: 1, id: this.id, title: this.#words.title(), ...head })
    this.#add({ type: 'session', sessionId: uuidOf(`${this.id} session`), cwd })
    for (let turn = 0; this.messages < this.#limit; turn += 1) this.#turn(turn)
    const descriptor = openSync(file, 'w', 0o600)
    try {
      let bytes = 0
      for (let from = 0; from < this.#lines.length; from += 2_000) {
        bytes += writeSync(descriptor, `${this.#lines.slice(from, from + 2_000).join('\n')}\n`)
      }
      return bytes
    } finally {
      closeSync(descriptor)
    }
  }

  #turn(turn: number): void {
    const { id } = this
    const turnId = this.#id('turn', turn)
    const startedAt = new Date((this.#now += 5_000 + this.#chance.below(600_000))).toISOString()
    const rare = this.#rare === null ? '' : ` ${this.#rare}`
    this.#rare = null
    this.#say('user', turnId, [{ type: 'text', text: this.#words.prose(this.#chance.skewed(90, 0.9, 4_000)) + rare }])
    const calls = this.#chance.skewed(3, 0.9, 40)
    for (let call = 0; call < calls && this.messages < this.#limit - 2; call += 1) this.#call(turnId, call)
    this.#say('assistant', turnId, [{ type: 'text', text: this.#words.prose(this.#chance.skewed(350, 0.9, 8_000)) }])
    const timing = { waitedMs: 1, allocatedMs: 1, startedMs: 2, firstTokenMs: 900, totalMs: 9_000, toolMs: 0, approvalMs: 0 }
    const usage = { input: 4, output: 120, cacheRead: 9_000, cacheWrite: 50 }
    const end = { outcome: 'done' as const, text: '', timing: { ...timing, origin: 'warm' as const }, usage, costUsd: 0.002 }
    const more = { model: 'claude-demo', retries: 0, startedAt, endedAt: this.#at() }
    this.#add({ type: 'turn', turn: { id: turnId, conversationId: id, instanceId: null, ...end, ...more } })
  }

  #call(turnId: string, call: number): void {
    const toolUseId = `toolu_${turnId.slice(5)}_${call}`
    this.#now += 2_000 + this.#chance.below(30_000)
    const [name, input] = this.#input()
    this.#say('assistant', turnId, [{ type: 'tool_use', toolUseId, name, input }])
    const output = this.#words.code(this.#chance.skewed(500, 1.1, 30_000))
    this.#say('tool', turnId, [{ type: 'tool_result', toolUseId, output, isError: this.#chance.below(20) === 0 }])
  }

  #input(): [name: string, input: Record<string, unknown>] {
    const path = this.#words.path()
    const kind = this.#chance.below(6)
    if (kind < 2) return ['Bash', { command: `grep -rn ${this.#words.word()} ${path}`, description: this.#words.title() }]
    if (kind < 4) return ['Read', { file_path: path }]
    if (kind < 5) return ['Grep', { pattern: this.#words.word(), path }]
    return ['Edit', { file_path: path, old_string: this.#words.code(120), new_string: this.#words.code(140) }]
  }

  #say(role: 'user' | 'assistant' | 'tool', turnId: string, blocks: Blocks): void {
    if (this.messages >= this.#limit) return
    const text = blocks.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n\n')
    const claudeUuid = uuidOf(`${this.id} ${this.messages}`)
    this.#add({ type: 'message', message: { id: this.#id('msg', this.messages), role, text, blocks, turnId, claudeUuid } })
    this.messages += 1
  }

  #id(prefix: string, number: number): string {
    return `${prefix}_${this.#number.toString(16).padStart(12, '0')}${number.toString(16).padStart(12, '0')}`
  }

  #add(draft: Draft): void {
    this.#lines.push(JSON.stringify({ ...draft, seq: this.#lines.length, at: this.#at() }))
  }

  #at(): string {
    return new Date((this.#now += 7)).toISOString()
  }
}

function uuidOf(text: string): string {
  const hash = createHash('md5').update(text).digest('hex')
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-4${hash.slice(13, 16)}-a${hash.slice(17, 20)}-${hash.slice(20)}`
}

const syllables = 'ba de fi go lu ma ne po ri su ta ve wo xi ya zen cor tal mix ver sto que han pro con int'.split(' ')
const common = (
  'the a to of and is in it for that this with on be as not are was if we can file test code function value return error type call ' +
  'line read write build run path name list search index message conversation instance worker session model token parse entry config'
).split(' ')
const foreign = [
  '我们在这里修复了搜索索引的错误。',
  '検索インデックスを作り直しました。',
  '대화 기록을 검색합니다.',
  'All tests pass 🎉 and the build is green ✅.',
  'Größe geändert, Übersicht geprüft.',
]

function made(chance: Chance, index: number): string {
  const word = Array.from({ length: 2 + (index % 3) }, () => chance.pick(syllables)).join('')
  return index % 9 === 0 ? `${word}_${chance.pick(syllables)}` : word
}

function camel(first: string, second: string): string {
  return first + second.charAt(0).toUpperCase() + second.slice(1)
}
