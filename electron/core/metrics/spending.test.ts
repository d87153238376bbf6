import { writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { freshFolders, inFolder, linesOf, prompt, said, sessionOf, spent, u } from './spending-fixtures.ts'

freshFolders()

test('what is written to the cache for an hour costs more', async () => {
  const line = said('m1', 'r1', u(0, 0, 0, 1_000_000))
  const text = JSON.stringify([prompt('p1'), line])
    .slice(1, -1)
    .replace(',{"type":"assistant"', '\n{"type":"assistant"')
  const file = inFolder('hour.jsonl')
  await writeFile(
    file,
    `${text.replace('"cache_creation_input_tokens"', '"cache_creation":{"ephemeral_1h_input_tokens":400000},"cache_creation_input_tokens"')}\n`,
  )
  const session = { ...(await sessionOf('s1', [])), files: [{ path: file, compressed: false, agentId: null }] }
  expect((await spent([], [session])).totals.costUsd).toBeCloseTo(0.6 * 3.75 + 0.4 * 6, 9)
})

/** Each case: what stands in the vault and in our conversations, and what it adds up to by hand. */
test('a message that was written in several lines counts once, the last one wins', async () => {
  const session = await sessionOf('s1', [prompt('p1'), said('m1', 'r1', u(10, 1)), said('m1', 'r1', u(10, 1)), said('m1', 'r1', u(10, 50))])
  expect((await spent([], [session])).totals).toMatchObject({
    turns: 1,
    usage: u(10, 50),
    costUsd: (10 * 3 + 50 * 15) / 1e6,
    costUnknown: 0,
  })
})

test('the same message id under another request id is another message', async () => {
  const session = await sessionOf('s1', [prompt('p1'), said('m1', 'r1', u(10, 1)), said('m1', 'r2', u(10, 2))])
  expect((await spent([], [session])).totals).toMatchObject({ turns: 1, usage: u(20, 3) })
})

test('copies made by a fork and by a resume into a new file are no new spending', async () => {
  const first = [prompt('p1'), said('m1', 'r1', u(100, 10)), prompt('p2'), said('m2', 'r2', u(200, 20))]
  const fork = first.map((line) => ({ ...line, sessionId: 's2', forkedFrom: { sessionId: 's1', messageUuid: line.uuid } }))
  const sessions = [
    await sessionOf('s1', first, '2026-01-01T00:00:00.000Z'),
    await sessionOf('s2', [...fork, prompt('p3'), said('m3', 'r3', u(300, 30))], '2026-01-02T00:00:00.000Z'),
    await sessionOf('s3', [...first, prompt('p4'), said('m4', 'r4', u(400, 40))], '2026-01-03T00:00:00.000Z'),
  ]
  const found = await spent([], sessions)
  expect(found.totals).toMatchObject({ turns: 4, usage: u(1_000, 100) })
  expect(found.groups.map(({ key, totals: { turns } }) => [key, turns])).toEqual([['claude-sonnet-4-5-20250929', 4]])
})

test('a fork whose origin is nowhere any more counts', async () => {
  const lines = [prompt('p1'), { ...said('m1', 'r1', u(7, 7)), forkedFrom: { sessionId: 'long-gone', messageUuid: 'x' } }]
  expect((await spent([], [await sessionOf('s2', lines)])).totals).toMatchObject({ turns: 1, usage: u(7, 7) })
})

test('answers that Claude Code made up itself cost nothing; a model without a price is unknown, never nothing', async () => {
  const lines = [
    prompt('p1'),
    said('m1', 'r1', u(10, 10), 'claude-next-1'),
    prompt('p2'),
    { ...said('m2', 'r2', u(0, 0), '<synthetic>'), isApiErrorMessage: true },
    prompt('p3'),
    said('m3', 'r3', u(1_000_000, 0)),
  ]
  expect((await spent([], [await sessionOf('s1', lines)])).totals).toMatchObject({
    turns: 2,
    usage: u(1_000_010, 10),
    costUsd: 3,
    costUnknown: 1,
  })
})

test("sub-agents' files count with their session, once", async () => {
  const session = await sessionOf('s1', [prompt('p1'), said('m1', 'r1', u(10, 1))])
  const agentPath = inFolder('agent.jsonl')
  const agentLines = [said('a1', 'ra', u(5, 5)), said('a1', 'ra', u(5, 9)), said('m1', 'r1', u(10, 1))]
  await writeFile(agentPath, linesOf(agentLines.map((line) => ({ ...line, isSidechain: true, agentId: 'one' }))))
  session.files.push({ path: agentPath, compressed: false, agentId: 'one' })
  expect((await spent([], [session])).totals).toMatchObject({ usage: u(15, 10) })
})

test('lines that are damaged, or lack fields, do not cost those beside them', async () => {
  const lines = linesOf([
    prompt('p1'),
    said('m1', 'r1', u(10, 1)),
    { type: 'assistant', message: { id: 'm9' } },
    said('m2', 'r2', u(20, 2)),
  ])
  const file = inFolder('torn.jsonl')
  await writeFile(file, `${lines}{"type":"assistant","message":{"id":"m3","usage":{"input_to`)
  const session = { ...(await sessionOf('s1', [])), files: [{ path: file, compressed: false, agentId: null }] }
  expect((await spent([], [session])).totals).toMatchObject({ turns: 1, usage: u(30, 3) })
})
