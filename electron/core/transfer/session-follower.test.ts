import { appendFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { patienceMs } from '../../../e2e/support/until.ts'
import { openCore, type CoreRun } from '../../../e2e/support/core.ts'

const sessionId = '11111111-2222-4333-8444-555555555555'
const at = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 12, minute)).toISOString()
type Line = Record<string, unknown>
const base = { isSidechain: false, sessionId, cwd: '/w' }
const user = (uuid: string, parentUuid: string | null, content: unknown, minute: number): Line => ({
  ...base,
  type: 'user',
  uuid,
  parentUuid,
  timestamp: at(minute),
  message: { role: 'user', content },
})
const claude = (uuid: string, parentUuid: string, words: string, minute: number): Line => ({
  ...base,
  type: 'assistant',
  uuid,
  parentUuid,
  timestamp: at(minute),
  requestId: `req_${uuid}`,
  message: {
    id: `msg_${uuid}`,
    model: 'claude-opus-4-6',
    content: [{ type: 'text', text: words }],
    usage: { input_tokens: 1, output_tokens: 10 },
  },
})
const written = (lines: readonly Line[]): string => lines.map((line) => `${JSON.stringify(line)}\n`).join('')
const first = [user('1', null, 'first question', 1), claude('2', '1', 'first answer', 2)]
const second = [user('3', '2', 'second SECONDWORD', 10), claude('4', '3', 'second answer', 11)]

let run: CoreRun
let file: string
beforeEach(async () => {
  run = await openCore()
  const folder = join(run.folders.home, '.claude', 'projects', '-w')
  await mkdir(folder, { recursive: true })
  file = join(folder, `${sessionId}.jsonl`)
  await writeFile(file, written(first))
  await run.core.vault.scan()
})
afterEach(() => run.close())

async function said(id: string): Promise<string[]> {
  const { items } = await run.core.conversations.messages(id, { limit: 100, superseded: false })
  return items.map(({ text }) => text)
}

async function found(words: string): Promise<number> {
  const { items } = await run.core.search.find({ q: words, state: 'all', sort: 'newest', limit: 10 })
  return items.length
}

it('a session that goes on in a terminal goes on in its conversation, once each, in order, and is found and counted', async () => {
  const { core } = run
  const { id } = await core.transfers.openSession(sessionId)
  await appendFile(file, written(second))
  await core.vault.scan()
  const whole = ['first question', 'first answer', 'second SECONDWORD', 'second answer']
  await vi.waitFor(async () => expect(await said(id)).toEqual(whole), { timeout: patienceMs, interval: 50 })
  await core.transfers.openSession(sessionId)
  expect(await said(id)).toEqual(whole)
  await vi.waitFor(async () => expect(await found('SECONDWORD')).toBe(1), { timeout: patienceMs, interval: 50 })
  expect(core.conversations.get(id)).toMatchObject({ messageCount: 4, turnCount: 2, usage: { input: 2, output: 20 } })
  let text = ''
  for await (const chunk of (await core.transfers.download({ ids: [id], state: 'all' }, 'markdown')).stream())
    text += Buffer.from(chunk).toString()
  expect(text.split('SECONDWORD')).toHaveLength(2)
})

it('opening a session takes what has come to it, as it is asked', async () => {
  const { core } = run
  const { id } = await core.transfers.openSession(sessionId)
  // An answer that still comes, then its rest.
  await appendFile(file, written(second.slice(0, 1)))
  await core.vault.scan()
  await core.transfers.openSession(sessionId)
  expect(await said(id)).toEqual(['first question', 'first answer', 'second SECONDWORD'])
  await appendFile(file, written(second.slice(1)))
  await core.vault.scan()
  expect((await core.transfers.openSession(sessionId)).messageCount).toBe(4)
  expect(core.conversations.get(id)).toMatchObject({ turnCount: 2, usage: { output: 20 } })
})

it('what was taken back in a terminal is replaced here, and stays readable', async () => {
  const { core } = run
  await appendFile(file, written(second))
  await core.vault.scan()
  const { id } = await core.transfers.openSession(sessionId)
  await appendFile(file, written([user('5', '2', 'another second', 20), claude('6', '5', 'another answer', 21)]))
  await core.vault.scan()
  await core.transfers.openSession(sessionId)
  expect(await said(id)).toEqual(['first question', 'first answer', 'another second', 'another answer'])
  const { items } = await core.conversations.messages(id, { limit: 100, superseded: true })
  expect(items.map(({ text }) => text)).toContain('second SECONDWORD')
})

it('a file that has grown is taken when it is imported again, and the report says so', async () => {
  const { core, folders } = run
  const copy = join(folders.home, `${sessionId.replace('1111', '2222')}.jsonl`)
  const renamed = (lines: readonly Line[]): string => written(lines).replaceAll(sessionId, sessionId.replace('1111', '2222'))
  const report = async () => (await core.transfers.ended(core.transfers.import(copy).id)).report
  await writeFile(copy, renamed(first))
  const taken = await report()
  const id = taken?.items[0]?.conversationId ?? ''
  expect(await report()).toMatchObject({ taken: 0, duplicates: 1, messages: 0, items: [{ reason: 'It is here already.' }] })
  await writeFile(copy, renamed([...first, ...second]))
  expect(await report()).toMatchObject({ taken: 1, duplicates: 0, messages: 2, items: [{ conversationId: id, reason: /2 new messages/ }] })
  expect(await said(id)).toEqual(['first question', 'first answer', 'second SECONDWORD', 'second answer'])
})
