import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { conversationSchema } from '../../shared/domain/conversation.ts'
import { libraryWindowSchema } from '../../shared/domain/library.ts'
import { poolEventSchema } from '../../shared/domain/event.ts'
import { needSchema } from '../../shared/domain/need.ts'
import { runFiguresSchema } from '../../shared/domain/run-figures.ts'
import { runEventSchema, runItemSchema, runSchema, runSummarySchema, wholeStepSchema } from '../../shared/domain/run.ts'
import { Api } from '../../e2e/support/api.ts'
import { EventReader } from '../../e2e/support/event-reader.ts'
import { until } from '../../e2e/support/until.ts'
import { openWeb, type WebRun } from '../../e2e/support/web.ts'

let web: WebRun
let api: Api

beforeAll(async () => {
  web = await openWeb()
  api = new Api(web.server.url, web.server.token)
  await api.spawn({ name: 'alpha', cwd: web.folders.work })
})
afterAll(() => web.close())

const summarySchema = z.object({ totals: z.object({ turns: z.number(), costUsd: z.number() }) })
const startedSchema = z.object({ id: z.string(), run: runSchema.optional() })
const start = (body: Record<string, unknown>) => api.call(startedSchema, 'POST', '/runs', body)
const get = (id: string) => api.call(runSchema, 'GET', `/runs/${id}`)
const page = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), nextCursor: z.string().nullable() })

const definition = `
recipe: greet
inputs: { name: { default: zebra } }
with: { instance: alpha }
steps:
  - { id: first, ask: "[echo: hello {{ inputs.name }}]" }
  - { id: each, each: [one, two, three], ask: "[echo: {{ item }} {{ steps.first.state }}]" }
  - { id: go, gate: "Go on after {{ steps.each.texts | size }}?" }
  - { id: last, ask: "[echo: {{ steps.go.message }} {{ steps.first.text | size }}]" }
outputs: { said: "{{ steps.last.text }}" }
`

test('a run is begun, watched, answered at its gate, and done; its cost is that of its turns', async () => {
  const pool = await EventReader.open(`${web.server.url}/api/events`, web.server.token, poolEventSchema)
  const { id, run } = await start({ definition, inputs: { name: 'giraffe' }, key: 'greet-1', wait: true })
  expect(run).toMatchObject({ id, recipe: 'greet', state: 'needs-you', needs: ['go'], cause: { kind: 'call' }, key: 'greet-1' })
  expect(run?.steps.map(({ state }) => state)).toEqual(['done', 'done', 'needs-you', 'waiting'])
  expect(run?.steps[2]?.need).toMatchObject({ kind: 'gate', text: 'Go on after 3?' })
  expect(await start({ definition, inputs: { name: 'giraffe' }, key: 'greet-1' })).toEqual({ id })
  expect((await api.refusal('POST', '/runs', { definition, inputs: { name: 'x' }, key: 'greet-1' })).status).toBe(409)

  const first = await api.call(wholeStepSchema, 'GET', `/runs/${id}/steps/first`)
  expect(first).toMatchObject({ text: expect.stringContaining('hello giraffe') as unknown, asked: '[echo: hello giraffe]' })
  expect(first.prompt).toContain('{{ inputs.name }}')
  const items = `/runs/${id}/steps/each/items`
  const some = await api.call(page(runItemSchema), 'GET', `${items}?limit=2&state=done`)
  expect(some.items.map(({ label }) => label)).toEqual(['one', 'two'])
  expect((await api.call(page(runItemSchema), 'GET', `${items}?limit=2&cursor=${some.nextCursor}`)).items).toMatchObject([
    { index: 2, text: expect.stringContaining('three done') as unknown },
  ])
  expect((await api.call(page(runItemSchema), 'GET', `${items}?q=TW`)).items.map(({ index }) => index)).toEqual([1])

  const { output } = await api.call(wholeStepSchema, 'GET', `/runs/${id}/steps/each`)
  expect(output).toEqual(['one', 'two', 'three'].map((word) => expect.stringContaining(`${word} done`) as unknown))

  const reader = await EventReader.open(`${web.server.url}/api/runs/${id}/events`, web.server.token, runEventSchema)
  expect(await reader.waitFor('the beginning', ({ type }) => type === 'sync')).toMatchObject({ run: { state: 'needs-you' } })
  await api.call(runSummarySchema, 'POST', `/runs/${id}/steps/go`, { decision: 'approve', message: 'with pleasure' })
  await reader.waitFor('the last step', (event) => event.type === 'step' && event.step.id === 'last' && event.step.state === 'done')
  await reader.waitFor('the end', (event) => event.type === 'run' && event.run.state === 'done')
  await pool.waitFor('the end, told to everybody', (event) => event.type === 'run' && event.run.state === 'done')
  for (const one of [reader, pool]) one.close()

  const done = await get(id)
  expect(done).toMatchObject({ state: 'done', outputs: { said: expect.stringContaining('with pleasure') as unknown }, turns: 5 })
  const turns = await Promise.all(
    done.steps.flatMap(({ turnIds }) => turnIds).map((turn) => api.call(z.object({ costUsd: z.number() }), 'GET', `/turns/${turn}`)),
  )
  expect(turns).toHaveLength(5)
  expect(done.costUsd).toBeCloseTo(
    turns.reduce((sum, { costUsd }) => sum + costUsd, 0),
    12,
  )

  // The figures of runs and those of turns say the same of the same work.
  const { items: talks } = await api.call(page(conversationSchema), 'GET', `/conversations?runId=${id}`)
  const asked = talks.map((one) => `conversationId=${one.id}`).join('&')
  const { totals } = await until('all turns to be counted', async () => {
    const summary = await api.call(summarySchema, 'GET', `/metrics/summary?${asked}`)
    return summary.totals.turns === 5 && summary
  })
  const figures = await api.call(runFiguresSchema, 'GET', '/metrics/runs?recipe=greet&points=1')
  expect(figures.totals).toMatchObject({ runs: 1, done: 1, turns: 5, steps: { done: 4, failed: 0, skipped: 0, cancelled: 0 } })
  expect(figures.totals.costUsd).toBeCloseTo(totals.costUsd, 12)
  expect(figures.columns.costUsd).toEqual([figures.totals.costUsd])
})

test('a conversation says which run it is part of: in lists, in the archive and in exports', async () => {
  const text = 'recipe: notes\nsteps:\n  - { id: take, ask: "[echo: taken]", with: { instance: alpha } }'
  const { id } = await start({ definition: text, wait: true })
  const origin = { runId: id, stepId: 'take', recipe: 'notes' }
  const found = await api.call(page(conversationSchema), 'GET', `/conversations?runId=${id}`)
  expect(found.items).toMatchObject([{ origin, turnCount: 1 }])
  expect((await api.call(page(conversationSchema), 'GET', '/conversations?topic=notes')).items).toEqual([])
  const conversation = found.items[0]?.id ?? ''
  await api.call(conversationSchema, 'POST', `/conversations/${conversation}/archive`)
  const listed = await api.call(libraryWindowSchema, 'GET', '/library?recipe=notes&state=archived')
  expect(listed.items).toMatchObject([{ id: conversation, origin }])
  expect((await api.call(libraryWindowSchema, 'GET', '/library?origin=none')).items.map((item) => item.id)).not.toContain(conversation)
  const exported = async (format: string) => {
    const headers = { authorization: `Bearer ${web.server.token}` }
    return (await fetch(`${web.server.url}/api/conversations/${conversation}/export?format=${format}`, { headers })).text()
  }
  for (const format of ['markdown', 'html']) expect(await exported(format)).toContain('Part of run notes, step take')
  for (const format of ['json', 'jsonl']) expect(await exported(format)).toContain(JSON.stringify(origin).slice(1, -1))
})

test('what cannot be run is refused with its line, and nothing is begun', async () => {
  const faulty = await api.refusal('POST', '/runs', { definition: 'recipe: x\nsteps:\n  - { id: a, ask: "{{ steps.b.text }}" }' })
  expect(faulty).toMatchObject({ status: 400, info: { code: 'BAD_REQUEST', message: expect.stringContaining('Line 3') as unknown } })
  expect(faulty.info.data).toMatchObject({ field: 'definition', faults: [{ line: 3, severity: 'error' }] })
  expect(await api.refusal('POST', '/runs', {})).toMatchObject({ status: 400 })
  expect(await api.refusal('POST', '/runs', { recipe: 'pipeline', definition })).toMatchObject({ status: 400 })
  expect(await api.refusal('POST', '/runs', { recipe: 'pipelin' })).toMatchObject({
    status: 404,
    info: { message: expect.stringContaining('“pipeline”') as unknown },
  })
  expect(await api.refusal('POST', '/runs', { recipe: 'pipeline' })).toMatchObject({ status: 400, info: { data: { field: 'folder' } } })
  expect(await api.refusal('POST', '/runs', { markdown: 'Just words.' })).toMatchObject({
    status: 400,
    info: { data: { field: 'markdown' } },
  })
  expect(await api.refusal('GET', `/runs/run_${'0'.repeat(24)}/events`)).toMatchObject({ status: 404 })
  const { items } = await api.call(page(runSummarySchema), 'GET', '/runs?recipe=x')
  expect(items).toEqual([])
})

test('a run is paused, resumed, cancelled and retried; what does not fit a decision is refused by its name', async () => {
  const recipe = {
    recipe: 'slow',
    with: { instance: 'alpha' },
    steps: [
      { id: 'a', wait: { event: 'ready' } },
      { id: 'b', ask: '[echo: b]' },
    ],
  }
  const { id, run } = await start({ definition: recipe, wait: true })
  expect(run?.steps[0]?.need).toMatchObject({ kind: 'event', text: 'ready' })
  const act = (what: string, body?: object) => api.call(runSummarySchema, 'POST', `/runs/${id}/${what}`, body ?? {})
  expect((await act('pause')).state).toBe('paused')
  expect((await api.refusal('POST', `/runs/${id}/pause`, {})).info.code).toBe('STATE_CONFLICT')
  expect((await act('resume')).state).toBe('needs-you')
  expect((await api.refusal('POST', `/runs/${id}/steps/a`, { decision: 'retry', message: 'x' })).info.data).toEqual({ field: 'message' })
  expect((await api.refusal('POST', `/runs/${id}/steps/b`, { decision: 'edit' })).info.data).toEqual({ field: 'prompt' })
  expect((await api.refusal('POST', `/runs/${id}/steps/zz`, { decision: 'skip' })).status).toBe(404)
  await act('steps/b', { decision: 'edit', prompt: '[echo: changed]' })
  await act('cancel')
  await until('the run to be cancelled', async () => (await get(id)).state === 'cancelled')
  await act('retry')
  await act('steps/a', { decision: 'done', output: { by: 'me' } })
  const done = await until('the run to be done', async () => {
    const now = await get(id)
    return now.endedAt !== null && now
  })
  expect(done).toMatchObject({
    state: 'done',
    steps: [{ by: 'person', output: { by: 'me' } }, { text: expect.stringContaining('changed') as unknown }],
  })
  const { items } = await api.call(page(runSummarySchema), 'GET', '/runs?state=done&limit=1')
  expect(items.map((one) => one.id)).toEqual([id])
})

test('an instance that is removed in the middle and a folder that vanishes say so, and what they did can be tried again', async () => {
  const cwd = join(web.folders.work, 'vanishes')
  await mkdir(cwd)
  const ended = (id: string) =>
    until('the run to end', async () => {
      const run = await get(id)
      return run.endedAt !== null && run
    })
  const retry = async (id: string) => {
    await api.call(runSummarySchema, 'POST', `/runs/${id}/retry`, {})
    return ended(id)
  }
  const ask = (prompt: string) => start({ definition: { recipe: 'lost', with: { instance: 'beta' }, steps: [{ id: 'a', ask: prompt }] } })
  const beta = await api.spawn({ name: 'beta', cwd })
  const long = await ask('[slow 600]')
  await api.instanceWhen(beta.id, 'the turn', ({ state }) => state === 'busy')
  await api.raw('DELETE', `/instances/${beta.id}`)
  expect(await ended(long.id)).toMatchObject({ error: { code: 'STOPPED', message: expect.stringMatching(/retry/i) as unknown } })
  expect(await retry(long.id)).toMatchObject({ error: { code: 'NOT_FOUND', message: expect.stringContaining('“beta”') as unknown } })
  await api.spawn({ name: 'beta', cwd, start: false })
  await rm(cwd, { recursive: true })
  const short = await ask('[echo: here]')
  expect(await ended(short.id)).toMatchObject({ error: { code: 'FOLDER_MISSING', message: expect.stringContaining(cwd) as unknown } })
  await mkdir(cwd)
  expect(await retry(short.id)).toMatchObject({ state: 'done', turns: 2 })
})

test('a turn that passes the money of its run is interrupted, and the run says so', async () => {
  await writeFile(join(web.folders.work, 'some.txt'), 'words')
  const ask = `[slow 0.2]${' [read: some.txt]'.repeat(100)}`
  const recipe = { recipe: 'dear', limits: { costUsd: 0.000_001 }, with: { instance: 'alpha' }, steps: [{ id: 'a', ask }] }
  const { run } = await start({ definition: recipe, wait: true })
  expect(run).toMatchObject({ state: 'failed', error: { code: 'LIMIT_REACHED', message: expect.stringContaining('$0.000001') as unknown } })
  expect(run?.costUsd).toBeGreaterThan(0)
  const turn = await api.call(z.object({ outcome: z.string() }), 'GET', `/turns/${run?.steps[0]?.turnIds[0]}`)
  expect(turn.outcome).toBe('interrupted')
}, 60_000)

test('what waits in a run is in the list of what needs you, is answered by what the list says, and once', async () => {
  const recipe = {
    recipe: 'asking',
    with: { instance: 'alpha' },
    steps: [
      { id: 'go', needs: [], gate: 'Go on?' },
      { id: 'out', needs: [], wait: { event: 'released' } },
      { id: 'work', needs: [], ask: '[bash: touch asked.txt]' },
      { id: 'last', needs: ['go', 'out', 'work'], ask: '[echo: {{ steps.go.message }} {{ steps.out.output.version }}]' },
    ],
  }
  const { id } = await start({ definition: recipe })
  const list = async () => (await api.call(page(needSchema), 'GET', '/needs')).items.filter(({ runId }) => runId === id)
  const needs = await until('all of it to wait', async () => {
    const now = await list()
    return now.length === 3 && now
  })
  expect(await get(id)).toMatchObject({ state: 'needs-you', asks: [{ kind: 'gate' }, { kind: 'event' }, { kind: 'approval' }] })
  const said = {
    go: { decision: 'approve', message: 'gladly' },
    out: { decision: 'done', output: { version: 'v7' } },
    work: { decision: 'allow' },
  }
  for (const [stepId, body] of Object.entries(said)) {
    const need = needs.find((one) => one.stepId === stepId)
    expect(need?.answer.decisions).toContain(body.decision)
    await api.call(z.object({}), 'POST', need?.answer.path.replace('/api', '') ?? '', body)
  }
  const twice = await api.refusal('POST', `/runs/${id}/steps/go`, {
    decision: 'reject',
    since: needs.find(({ kind }) => kind === 'gate')?.since,
  })
  expect(twice).toMatchObject({ status: 409, info: { code: 'STATE_CONFLICT' } })
  const done = await until('the run to be done', async () => {
    const now = await get(id)
    return now.endedAt !== null && now
  })
  expect(done).toMatchObject({ state: 'done', asks: [], steps: [{}, {}, {}, { text: expect.stringContaining('gladly v7') as unknown }] })
  expect(await list()).toEqual([])
})
