import { afterEach, beforeEach, expect, test } from 'vitest'
import { said, StoreRun } from '../conversations/store-fixtures.ts'
import { ConversationChannel } from '../events/conversation-channel.ts'
import { TurnLines } from '../instances/turn-lines.ts'

let run: StoreRun
beforeEach(async () => {
  run = await StoreRun.begin()
})
afterEach(() => run.end())

const turnId = 'turn_000000000001'

async function turn() {
  const { store } = run
  const { id } = await store.create({ instanceId: null })
  const channel = new ConversationChannel({ conversation: () => store.get(id), tasks: () => [], approvals: () => [], messageSeq: () => -1 })
  return { id, lines: new TurnLines({ conversationId: id, turnId, recorder: store, channel }) }
}

test('messages that Claude Code takes back are not shown, stay readable, and are so after a restart', async () => {
  const { id, lines } = await turn()
  for (const [text, uuid] of [
    ['Refused.', 'u-1'],
    ['Kept.', 'u-2'],
  ] as const)
    lines.stored(await run.store.appendMessage(id, said('assistant', text, turnId, uuid), { sync: false }))
  expect((await lines.retract(['u-1', 'u-of-nobody', 'u-1'])).map(({ text }) => text)).toEqual(['Refused.'])
  expect(await run.texts(id)).toEqual(['Kept.'])
  await run.reopen()
  expect(await run.texts(id)).toEqual(['Kept.'])
  const { items } = await run.store.messages(id, { limit: 10, superseded: true })
  expect(items.map(({ text, superseded }) => [text, superseded ?? false])).toEqual([
    ['Refused.', true],
    ['Kept.', false],
  ])
})

test('the same words are one line of a turn, with what they are about, also after a restart', async () => {
  const { id, lines } = await turn()
  const line = { text: 'MCP server gone failed', notice: { kind: 'mcp', level: 'warning' as const, data: { failed: ['gone'] } } }
  await lines.say(line)
  await lines.say(line)
  await lines.sayResult('MCP server gone failed')
  await run.reopen()
  const { items } = await run.store.messages(id, { limit: 10, superseded: false })
  expect(items).toMatchObject([{ role: 'system', text: line.text, turnId, notice: line.notice }])
})
