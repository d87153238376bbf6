import { readFile } from 'node:fs/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { idOf, sampleApproval, sampleTurn } from '../../../e2e/support/samples.ts'
import type { ToolCall } from '../../../shared/domain/message.ts'
import type { StoredTool } from '../../../shared/domain/stored-tool.ts'
import type { MessagePage } from './conversation-file.ts'
import { said, StoreRun } from './store-fixtures.ts'

let run: StoreRun
beforeEach(async () => {
  run = await StoreRun.begin()
})
afterEach(() => run.end())

const turnId = idOf('turn', 1)
const calls = 6

/** Calls that were asked about: the second was denied, the others allowed. Each ran for as many ms as its number. */
async function work(): Promise<string> {
  const { store } = run
  const { id } = await store.create({})
  await store.appendMessage(id, said('user', 'go', turnId), { sync: true })
  for (let place = 1; place <= calls; place += 1) {
    const toolUseId = `tool-${place}`
    const isDenied = place === 2
    const call: ToolCall = { toolUseId, turnId, name: 'Bash', state: 'running', durationMs: null, startedAt: new Date().toISOString() }
    const blocks = [{ type: 'tool_use' as const, toolUseId, name: 'Bash', input: {} }]
    await store.appendMessage(id, { role: 'assistant', blocks, turnId }, { sync: false })
    await store.appendTool(id, call)
    const approval = { ...sampleApproval(place), toolUseId }
    await store.appendApproval(id, approval, 'waiting')
    if (isDenied) await store.appendApproval(id, approval, 'denied', { decision: 'deny', message: 'Not there.', remember: 'no' })
    else await store.appendApproval(id, approval, 'allowed', { decision: 'allow', remember: 'no' })
    const output = [{ type: 'tool_result' as const, toolUseId, output: 'x'.repeat(9_000), isError: isDenied }]
    await store.appendMessage(id, { role: 'tool', blocks: output, turnId }, { sync: false })
    await store.appendTool(id, { ...call, state: isDenied ? 'denied' : 'done', durationMs: isDenied ? 0 : place })
  }
  await store.appendMessage(id, said('assistant', 'done', turnId), { sync: true })
  await store.appendTurn(id, sampleTurn(1, { conversationId: id, outcome: 'done' }), { sync: true })
  return id
}

test('a question is written once, and read with its options', async () => {
  const { store } = run
  const { id } = await store.create({})
  const question = { question: 'Which one?', header: '', multiSelect: false, options: [{ label: 'this one', description: '' }] }
  const call = { tool: 'AskUserQuestion', input: { questions: [question] } }
  const approval = { ...sampleApproval(1), ...call, kind: 'question' as const, questions: [question], kept: true as const }
  await store.appendApproval(id, approval, 'waiting')
  expect(store.openApprovals().map((open) => open.approval.questions)).toEqual([[question]])
  const written = await readFile(store.fileOf(id).path, 'utf8')
  expect(written.split('this one')).toHaveLength(2)
  await run.reopen()
  expect(run.store.openApprovals(id).map((open) => open.approval.questions)).toEqual([[question]])
})

const facts = (tools: readonly StoredTool[] | undefined) =>
  (tools ?? []).map(({ toolUseId, state, durationMs, approval }) => [toolUseId, state, durationMs, approval?.outcome, approval?.message])

const all = Array.from({ length: calls }, (_, index) =>
  index === 1 ? ['tool-2', 'denied', 0, 'denied', 'Not there.'] : [`tool-${index + 1}`, 'done', index + 1, 'allowed', undefined],
)

const ask = (id: string, page: Partial<MessagePage> = {}) => run.store.messages(id, { limit: 500, superseded: false, tools: true, ...page })

test('how long a call ran and how it was decided come with its messages: in memory, from the disk and from the archive', async () => {
  const id = await work()
  expect(facts((await ask(id)).tools)).toEqual(all)
  await run.reopen()
  expect(facts((await ask(id)).tools)).toEqual(all)
  expect(facts((await ask(id, { after: -1 })).tools)).toEqual(all)
  await run.store.shelf.archive(id)
  expect(facts((await ask(id)).tools)).toEqual(all)
  await run.reopen()
  expect(facts((await ask(id, { around: turnId })).tools)).toEqual(all)
  expect(await ask(id, { tools: false })).not.toHaveProperty('tools')
})

test.each([1, 2, 3, 5])('pages of %d messages bring along what happened among them, and together everything', async (limit) => {
  const id = await work()
  for (const isFresh of [false, true]) {
    const told = new Map<string, unknown[]>()
    let before: number | undefined
    for (;;) {
      // What is read from the disk alone has to be found there as well.
      if (isFresh) await run.reopen()
      const page = await ask(id, { before, limit })
      for (const [name = '', state, ms] of facts(page.tools)) if (state !== 'running') told.set(String(name), [state, ms])
      if (page.nextCursor === null) break
      before = Number(page.nextCursor)
    }
    expect(Object.fromEntries(told)).toEqual(Object.fromEntries(all.map(([name, state, ms]) => [name, [state, ms]])))
  }
})
