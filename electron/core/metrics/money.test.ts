import { writeFile } from 'node:fs/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { SessionSource } from './vault-turns.ts'
import {
  conversationOf,
  freshFolders,
  inFolder,
  linesOf,
  newRollUp,
  prompt,
  said,
  sessionOf,
  spent,
  turnOf,
  u,
} from './spending-fixtures.ts'

freshFolders()

type Line = ReturnType<typeof said> & { message?: unknown }

/** A message whose usage says more than its tokens by kind. */
function saidWith(id: string, usage: Record<string, unknown>, model: string): Line {
  const line = said(id, `r-${id}`, u(0, 0), model)
  const plain = { input_tokens: 0, output_tokens: 0, cache_read_input_tokens: 0, cache_creation_input_tokens: 0 }
  return { ...line, message: { id, model, role: 'assistant', content: [{ type: 'text', text: 'Done.' }], usage: { ...plain, ...usage } } }
}

/** Figures that Claude Code 2.1.329 gives for the same usage; the last ones follow from the prices that it has built in. */
test.each([
  ['a search', 'claude-sonnet-4-6', { input_tokens: 1_000, server_tool_use: { web_search_requests: 100 } }, 1.003],
  ['searches beside tokens', 'claude-sonnet-5', { input_tokens: 3_000, server_tool_use: { web_search_requests: 20 } }, 0.206],
  ['fast mode of Opus 4.6', 'claude-opus-4-6', { input_tokens: 1_000_000, speed: 'fast' }, 30],
  ['fast mode of Opus 5', 'claude-opus-5', { input_tokens: 1_000_000, speed: 'fast' }, 10],
  ['fast mode of Opus 5.5', 'claude-opus-5-5', { input_tokens: 1_000_000, cache_read_input_tokens: 1_000_000, speed: 'fast' }, 8.4],
  ['fast mode of a model without one', 'claude-sonnet-4-6', { input_tokens: 1_000_000, speed: 'fast' }, 3],
  ['usual speed', 'claude-opus-4-6', { input_tokens: 1_000_000, speed: 'standard' }, 5],
  ['the United States alone', 'claude-opus-4-6', { input_tokens: 1_000_000, inference_geo: 'us' }, 5.5],
  ['any region', 'claude-opus-4-6', { input_tokens: 1_000_000, inference_geo: 'global' }, 5],
  [
    'searches, which cost the same in every region',
    'claude-opus-4-6',
    { inference_geo: 'us', server_tool_use: { web_search_requests: 10 } },
    0.1,
  ],
  ['Bedrock', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0', { input_tokens: 1_000_000 }, 3],
  ['Vertex', 'claude-sonnet-4-5@20250929', { input_tokens: 1_000_000 }, 3],
  [
    'the cache for an hour',
    'claude-sonnet-4-6',
    { cache_creation_input_tokens: 1_000, cache_creation: { ephemeral_1h_input_tokens: 1_000 } },
    0.006,
  ],
  [
    'the cache by how long it stays alone',
    'claude-sonnet-4-6',
    { cache_creation_input_tokens: undefined, cache_creation: { ephemeral_5m_input_tokens: 100, ephemeral_1h_input_tokens: 200 } },
    (100 * 3.75 + 200 * 6) / 1e6,
  ],
  [
    'requests that are long only together',
    'claude-haiku-5-5',
    {
      input_tokens: 120_000,
      iterations: [
        { type: 'message', input_tokens: 60_000 },
        { type: 'message', input_tokens: 60_000 },
      ],
    },
    0.012,
  ],
])('%s costs what Claude Code says', async (_, model, usage, wanted) => {
  const { totals } = await spent([], [await sessionOf('s1', [prompt('p1'), saidWith('m1', usage, model)])])
  expect(totals).toMatchObject({ turns: 1, costUnknown: 0 })
  expect(totals.costUsd).toBeCloseTo(wanted, 9)
})

test('searches are counted like tokens', async () => {
  const usage = { server_tool_use: { web_search_requests: 3 } }
  const session = await sessionOf('s1', [
    prompt('p1'),
    saidWith('m1', usage, 'claude-sonnet-4-6'),
    saidWith('m2', usage, 'claude-sonnet-4-6'),
  ])
  expect((await spent([], [session])).totals.searches).toBe(6)
})

test('of several lines of a message the most complete counts, with or without an id of the request', async () => {
  const lines = [said('m1', 'r1', u(100, 250)), said('m1', 'r1', u(100, 25))]
  const nameless = [said('m2', '', u(7, 1)), said('m2', '', u(7, 3))].map((line) => ({ ...line, requestId: undefined }))
  const { totals } = await spent([], [await sessionOf('s1', [prompt('p1'), ...lines, ...nameless])])
  expect(totals).toMatchObject({ turns: 1, usage: u(107, 253) })
})

test('what a sub-agent repeats of its parent is no new spending', async () => {
  const parent = said('m1', 'r1', u(0, 10, 20))
  const main = await sessionOf('s1', [prompt('p1'), parent])
  const own = said('m2', 'r2', u(0, 30, 700))
  const session = await withAgent(main, 'a1', [said('m1', 'r9', u(0, 10, 50_000)), own])
  expect((await spent([], [session])).totals.usage).toEqual(u(0, 40, 720))
})

test('where the file of a sub-agent is gone, what its parent tells of it counts, and once where it is not', async () => {
  const own = said('m2', 'r2', u(20, 200), 'claude-haiku-4-5')
  const told = { type: 'progress', uuid: 'x1', sessionId: 's1', cwd: '/srv', timestamp: own['timestamp'], parentToolUseID: 't1' }
  const data = { type: 'agent_progress', agentId: 'a1', message: { ...own, cwd: undefined } }
  const main = await sessionOf('s1', [prompt('p1'), said('m1', 'r1', u(1, 1)), { ...told, data }])
  const { totals, groups } = await spent([], [main])
  expect(totals.usage).toEqual(u(21, 201))
  const inFolder = newRollUp().engine.summary({ from: new Date(0).toISOString(), folder: '/srv', groups: 1 }, Date.now())
  expect(inFolder.totals.usage).toEqual(u(21, 201))
  expect(outputByModel(groups)).toEqual({ 'claude-haiku-4-5': 200, 'claude-sonnet-4-5-20250929': 1 })
  expect((await spent([], [await withAgent(main, 'a1', [own])])).totals.usage).toEqual(u(21, 201))
})

test('tokens count to the model that used them, within one turn too, and the turn is shown whole', async () => {
  const lines = [prompt('p1'), said('m1', 'r1', u(1_000, 1_000), 'claude-opus-4-6'), said('m2', 'r2', u(10, 10), 'claude-haiku-4-5')]
  const rollUp = newRollUp()
  await rollUp.reconcile({ conversations: [], sessions: [await sessionOf('s1', lines.map(justNow))] })
  const ever = { from: new Date(0).toISOString(), to: new Date(8.64e15).toISOString() }
  const { totals, groups } = rollUp.engine.summary({ ...ever, groups: 9, groupBy: 'model' }, Date.now())
  expect(totals.turns).toBe(1)
  expect(outputByModel(groups)).toEqual({ 'claude-opus-4-6': 1_000, 'claude-haiku-4-5': 10 })
  expect(groups.reduce((sum, group) => sum + group.totals.costUsd, 0)).toBeCloseTo(0.03 + 0.00006, 9)
  const only = rollUp.engine.summary({ ...ever, groups: 1, model: 'claude-opus-4-6' }, Date.now())
  expect(only.totals.usage).toEqual(u(1_000, 1_000))
  const { items } = rollUp.engine.turnsPage({ ...ever, sort: 'dearest', limit: 10 }, Date.now())
  expect(items).toHaveLength(1)
  expect(items[0]).toMatchObject({ usage: u(1_010, 1_010), costUsd: 0.03006, byModel: [{ usage: u(10, 10) }, { usage: u(1_000, 1_000) }] })
})

test("what Claude Code's own sum has beyond the messages is spent too, once, and belongs to no turn", async () => {
  const sums = { outputTokens: 0, cacheReadInputTokens: 0, cacheCreationInputTokens: 0 }
  const modelUsage = {
    'claude-sonnet-4-5-20250929': { ...sums, inputTokens: 1_200_000, webSearchRequests: 0, costUSD: 3.6 },
    'claude-haiku-4-5': { ...sums, inputTokens: 1_000_000, webSearchRequests: 0, costUSD: 1 },
  }
  const state = { type: 'cost-state', sessionId: 's1', totalCostUSD: 4.6, modelUsage }
  const lines = [prompt('p1'), said('m1', 'r1', u(1_000_000, 0)), state]
  const session = await sessionOf('s1', lines)
  const { totals } = await spent([], [session])
  expect(totals).toMatchObject({ turns: 1, usage: u(2_200_000, 0) })
  expect(totals.costUsd).toBeCloseTo(4.6, 9)
  // The same session goes on in a conversation of ours, whose turn has cost what Claude Code said.
  const ours = await conversationOf('conv_000000000001', [{ turn: turnOf('turn_000000000001', u(100_000, 0), 1.25), messages: ['m2'] }])
  const after = {
    ...state,
    totalCostUSD: 5.85,
    modelUsage: { ...modelUsage, 'claude-sonnet-4-5-20250929': { ...modelUsage['claude-sonnet-4-5-20250929'], costUSD: 4.85 } },
  }
  const onward = await sessionOf('s1', [...lines, prompt('p2'), said('m2', 'r2', u(100_000, 0)), after])
  expect((await spent([ours], [onward])).totals.costUsd).toBeCloseTo(5.85, 9)
})

test("what a compaction has cost is in Claude Code's own sum, and unknown where it has written none since", async () => {
  const boundary = {
    type: 'system',
    subtype: 'compact_boundary',
    uuid: 'c1',
    sessionId: 's1',
    compactMetadata: { trigger: 'auto', preTokens: 9 },
  }
  const sums = { outputTokens: 0, cacheReadInputTokens: 0, cacheCreationInputTokens: 0, webSearchRequests: 0 }
  const modelUsage = { 'claude-sonnet-4-5': { ...sums, inputTokens: 3_000_000, costUSD: 9 } }
  const state = { type: 'cost-state', sessionId: 's1', totalCostUSD: 9, modelUsage }
  const first = [prompt('p1'), said('m1', 'r1', u(1_000_000, 0)), boundary]
  const after = [prompt('p2'), said('m2', 'r2', u(1_000_000, 0))]
  const known = (await spent([], [await sessionOf('s1', [...first, ...after, state])])).totals
  expect([known.turns, known.costUnknown]).toEqual([2, 0])
  expect(known.costUsd).toBeCloseTo(9, 9)
  const totals = async (lines: Parameters<typeof sessionOf>[1]) => (await spent([], [await sessionOf('s1', lines)])).totals
  expect(await totals([...first, ...after])).toMatchObject({ turns: 2, costUsd: 6, costUnknown: 1 })
  expect(await totals(first)).toMatchObject({ turns: 1, costUsd: 3, costUnknown: 1 })
  expect(await totals([...first, ...after, state, { ...boundary, uuid: 'c2' }])).toMatchObject({ costUnknown: 1 })
  // A compaction within a turn of ours is in that turn's cost.
  const ours = await conversationOf('conv_000000000001', [{ turn: turnOf('turn_000000000001', u(1, 1), 7), messages: ['m2'] }])
  expect((await spent([ours], [await sessionOf('s1', [...first, ...after])])).totals).toMatchObject({ costUsd: 10, costUnknown: 0 })
})

test('a sum that is smaller than its messages, or for which prices were guessed, changes nothing', async () => {
  const model = { inputTokens: 1, outputTokens: 0, cacheReadInputTokens: 0, cacheCreationInputTokens: 0, webSearchRequests: 0, costUSD: 1 }
  const state = { type: 'cost-state', sessionId: 's1', totalCostUSD: 1, modelUsage: { 'claude-sonnet-4-5': model } }
  const guessed = { ...state, totalCostUSD: 9, hasUnknownModelCost: true, modelUsage: { 'claude-sonnet-4-5': { ...model, costUSD: 9 } } }
  const { totals } = await spent([], [await sessionOf('s1', [prompt('p1'), said('m1', 'r1', u(1_000_000, 0)), state, guessed])])
  expect(totals.costUsd).toBeCloseTo(3, 9)
})

test('turns that were opened or imported are none of Bullpen, with tokens or without', async () => {
  const never = turnOf('turn_000000000001', u(0, 0), null)
  const timing = { ...never.timing, waitedMs: null, allocatedMs: null, startedMs: null, firstTokenMs: null, origin: null }
  const opened = [
    { ...never, instanceId: null, timing },
    { ...never, id: 'turn_000000000002', instanceId: null, timing, outcome: 'interrupted' as const },
    { ...never, id: 'turn_000000000003', instanceId: null, timing, usage: u(5, 5) },
  ]
  const ours = await conversationOf(
    'conv_000000000001',
    opened.map((turn) => ({ turn, messages: [] })),
  )
  expect((await spent([ours], [])).totals.turns).toBe(0)
})

test('whatever the models of a turn: the groups add up to the whole, singly and rolled up', async () => {
  let run = 0
  const message = fc.record({
    model: fc.constantFrom('claude-opus-4-6', 'claude-haiku-4-5', 'claude-unheard-of'),
    input: fc.nat(1_000),
    output: fc.nat(1_000),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(message, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 }), async (turns) => {
      let id = 0
      const lines = turns.flatMap((messages, turn) => [
        prompt(`p${turn}`),
        ...messages.map(({ model, input, output }) => said(`m${(id += 1)}`, `r${id}`, u(input, output), model)),
      ])
      run += 1
      const session = { ...(await sessionOf('s1', lines)), signature: `s1:${run}` }
      const { totals, groups } = await spent([], [session])
      const all = turns.flat()
      const sum = (of: (one: { input: number; output: number; model: string }) => number, list = all) =>
        list.reduce((total, one) => total + of(one), 0)
      expect(totals.turns).toBe(turns.length)
      expect(totals.usage).toEqual(
        u(
          sum(({ input }) => input),
          sum(({ output }) => output),
        ),
      )
      for (const { key, totals: own } of groups)
        expect(own.usage.output).toBe(
          sum(
            ({ output }) => output,
            all.filter(({ model }) => model === key),
          ),
        )
      expect(groups.reduce((total, group) => total + group.totals.turns, 0)).toBe(turns.length)
    }),
    { numRuns: 15 },
  )
})

function justNow<L extends object>(line: L): L & { timestamp: string } {
  return { ...line, timestamp: new Date().toISOString() }
}

async function withAgent(session: SessionSource, agentId: string, lines: readonly Line[]): Promise<SessionSource> {
  const file = inFolder(`${agentId}.jsonl`)
  await writeFile(file, linesOf(lines.map((line) => ({ ...line, isSidechain: true, agentId }))))
  return { ...session, signature: `${session.signature} ${agentId}`, files: [...session.files, { path: file, compressed: false, agentId }] }
}

function outputByModel(groups: readonly { key: string | null; totals: { usage: { output: number } } }[]): Record<string, number> {
  return Object.fromEntries(groups.map(({ key, totals }) => [key ?? '', totals.usage.output]))
}
