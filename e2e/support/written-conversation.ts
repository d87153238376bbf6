import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Entry } from '../../electron/core/conversations/entry.ts'
import type { Block, Role } from '../../shared/domain/message.ts'

export type Said = { role: Role; blocks: Block[] }

type Draft = Entry extends infer E ? (E extends Entry ? Omit<E, 'seq' | 'at'> : never) : never

const begin = Date.parse('2026-02-02T08:00:00.000Z')

/** Writes one conversation in the app's own format and answers its id. Call it while the app does not run; `number` is its own. */
export async function writeConversation(
  dataFolder: string,
  number: number,
  said: readonly Said[],
  title = `Written ${number}`,
): Promise<string> {
  const suffix = `${begin.toString(16).padStart(12, '0')}${number.toString(16).padStart(12, '0')}`
  const id = `conv_${suffix}`
  const head = { titleIsAutomatic: false, instanceId: null, source: null, target: null, cwd: '/tmp' }
  const drafts: Draft[] = [{ type: 'conversation', version: 1, id, title, ...head }]
  for (const [place, { role, blocks }] of said.entries()) {
    const text = blocks.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n\n')
    const message = { id: `msg_${suffix.slice(12)}${place.toString(16).padStart(12, '0')}`, role, text, blocks, turnId: null }
    drafts.push({ type: 'message', message })
  }
  const lines = drafts.map((draft, seq) => JSON.stringify({ ...draft, seq, at: new Date(begin + seq * 1_000).toISOString() }))
  await mkdir(path.join(dataFolder, 'conversations'), { recursive: true })
  await writeFile(path.join(dataFolder, 'conversations', `${id}.jsonl`), `${lines.join('\n')}\n`)
  return id
}

/** What Claude answers in words. */
export function answer(text: string): Said {
  return { role: 'assistant', blocks: [{ type: 'text', text }] }
}

/** What the user says. */
export function prompt(text: string): Said {
  return { role: 'user', blocks: [{ type: 'text', text }] }
}

/** A tool call and what came of it. */
export function call(name: string, input: Record<string, unknown>, output: string): Said[] {
  return [
    prompt('Do it'),
    { role: 'assistant', blocks: [{ type: 'tool_use', toolUseId: 'toolu_1', name, input }] },
    { role: 'tool', blocks: [{ type: 'tool_result', toolUseId: 'toolu_1', output, isError: false }] },
  ]
}
