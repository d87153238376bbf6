import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Entry } from '../../electron/core/conversations/entry.ts'
import type { Block, MessageNotice, Role } from '../../shared/domain/message.ts'
import { transferSchema } from '../../shared/domain/transfer.ts'
import { begunTurn, type Turn } from '../../shared/domain/turn.ts'
import type { App } from './app.ts'

export type Said = {
  role: Role
  blocks: Block[]
  notice?: MessageNotice
  /** The call of the sub-agent that says it. */
  parentToolUseId?: string
  /** So many days after the first message; those that follow are of that day too. */
  day?: number
  /** It is the last message of its turn, which ended so. The turn began with the last prompt before it, or after the last turn. */
  ends?: Partial<Turn>
}

type Draft = Entry extends infer E ? (E extends Entry ? Omit<E, 'seq' | 'at'> : never) : never

const begin = Date.parse('2026-02-02T08:00:00.000Z')

/** Writes one conversation in the app's own format and answers its id. Call it while the app does not run; `number` is its own. */
export async function writeConversation(
  dataFolder: string,
  number: number,
  said: readonly Said[],
  title = `Written ${number}`,
): Promise<string> {
  const { id, text } = conversationFile(number, said, title)
  await mkdir(path.join(dataFolder, 'conversations'), { recursive: true })
  await writeFile(path.join(dataFolder, 'conversations', `${id}.jsonl`), text)
  return id
}

let imported = 0

/** The same in an app that runs: it imports the file. */
export async function importConversation(app: App, said: readonly Said[]): Promise<string> {
  imported += 1
  const { id, text } = conversationFile(imported, said, `Written ${imported}`)
  const headers = { authorization: `Bearer ${app.token}`, 'content-type': 'application/octet-stream' }
  const address = `${app.url}/api/conversations/import?wait=true&name=${id}.jsonl`
  const answered = await fetch(address, { method: 'POST', headers, body: text })
  const { report } = transferSchema.parse(await answered.json())
  if (report?.taken !== 1) throw new Error(`The conversation was not imported: ${JSON.stringify(report)}`)
  return id
}

/** A file of the app's own format, as it would lie in its data folder. */
function conversationFile(number: number, said: readonly Said[], title: string): { id: string; text: string } {
  const suffix = `${begin.toString(16).padStart(12, '0')}${number.toString(16).padStart(12, '0')}`
  const id = `conv_${suffix}`
  const head = { titleIsAutomatic: false, instanceId: null, source: null, target: null, cwd: '/tmp' }
  const drafts: Draft[] = [{ type: 'conversation', version: 1, id, title, ...head }]
  const turnIds = turnsOf(said, suffix)
  let since = 0
  const times = [0]
  for (const [place, { role, blocks, notice, parentToolUseId, ends, day }] of said.entries()) {
    since = day === undefined ? since : day * 86_400_000
    times[drafts.length] = since
    times[drafts.length + 1] = since
    const text = blocks.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n\n')
    const turnId = turnIds[place] ?? null
    const own = { id: `msg_${suffix.slice(12)}${place.toString(16).padStart(12, '0')}`, role, text, blocks, turnId }
    drafts.push({ type: 'message', message: { ...own, ...(notice ? { notice } : {}), ...(parentToolUseId ? { parentToolUseId } : {}) } })
    if (turnId === null || !ends) continue
    const moment = new Date(begin + since + drafts.length * 1_000).toISOString()
    const begun = begunTurn({ id: turnId, conversationId: id, instanceId: null, startedAt: moment })
    drafts.push({ type: 'turn', turn: { ...begun, outcome: 'done', endedAt: moment, ...ends } })
  }
  const lines = drafts.map((draft, seq) =>
    JSON.stringify({ ...draft, seq, at: new Date(begin + (times[seq] ?? 0) + seq * 1_000).toISOString() }),
  )
  return { id, text: `${lines.join('\n')}\n` }
}

/** What Claude answers in words. */
export function answer(text: string, ends?: Partial<Turn>): Said {
  return { role: 'assistant', blocks: [{ type: 'text', text }], ...(ends ? { ends } : {}) }
}

/** What the user says. */
export function prompt(text: string, ends?: Partial<Turn>): Said {
  return { role: 'user', blocks: [{ type: 'text', text }], ...(ends ? { ends } : {}) }
}

/** What Claude Code says outside of an answer. */
export function note(kind: string, text: string, level: MessageNotice['level'] = 'info'): Said {
  return { role: 'system', blocks: [{ type: 'text', text }], notice: { kind, level } }
}

/** A tool call and what came of it. */
export function call(name: string, input: Record<string, unknown>, output: string): Said[] {
  return [
    prompt('Do it'),
    { role: 'assistant', blocks: [{ type: 'tool_use', toolUseId: 'toolu_1', name, input }] },
    { role: 'tool', blocks: [{ type: 'tool_result', toolUseId: 'toolu_1', output, isError: false }] },
  ]
}

/** The turn of each message; null for those of none. */
function turnsOf(said: readonly Said[], suffix: string): (string | null)[] {
  const ids: (string | null)[] = said.map(() => null)
  let first = 0
  for (const [place, { role, ends }] of said.entries()) {
    if (role === 'user') first = place
    if (!ends) continue
    ids.fill(`turn_${suffix.slice(12)}${place.toString(16).padStart(12, '0')}`, first, place + 1)
    first = place + 1
  }
  return ids
}
