import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { curlExample } from '../../shared/domain/hook-example.ts'
import { firedSchema, firingSchema, matchingFilesSchema, readTimeSchema, triggerSchema } from '../../shared/domain/trigger.ts'
import { Api } from '../../e2e/support/api.ts'
import { openWeb, type WebRun } from '../../e2e/support/web.ts'

const withSecret = triggerSchema.extend({ secret: z.string().nullable() })
const gate = 'recipe: wait-here\ninputs: { what: { required: false } }\nsteps:\n  - id: ok\n    gate: "{{ inputs.what }}"'

let web: WebRun
let api: Api
beforeAll(async () => {
  web = await openWeb()
  api = new Api(web.server.url, web.server.token)
  await api.raw('POST', '/recipes', { text: gate })
})
afterAll(() => web.close())

const create = (config: object) => api.call(withSecret, 'POST', '/triggers', { name: 'Test', recipe: 'wait-here', ...config })
const history = async (id: string) => (await api.call(z.object({ items: z.array(firingSchema) }), 'GET', `/triggers/${id}/history`)).items

type Call = { id: string; secret: string; key?: string; body?: string; headers?: Record<string, string>; at?: Date; path?: string }

/** A call at a hook, signed. */
async function post({ id, secret, key = 'msg_1', body = '{"action":"opened"}', headers = {}, at = new Date(), path = '/hooks' }: Call) {
  const signed = {
    'content-type': 'application/json',
    'webhook-id': key,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': new Webhook(secret).sign(key, at, body),
  }
  const response = await fetch(`${web.server.url}${path}/${id}`, { method: 'POST', headers: { ...signed, ...headers }, body })
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    body: z.record(z.string(), z.unknown()).parse(await response.json()),
  }
}

describe('triggers over REST', () => {
  test('are created, read, changed field by field, fired, and removed', async () => {
    const { id, secret, summary } = await create({ on: { kind: 'time', cron: 'every weekday at 9', timeZone: 'UTC' }, overlap: 'queue' })
    expect({ secret, summary }).toEqual({ secret: null, summary: 'every weekday at 9:00 (UTC)' })
    const changed = await api.call(withSecret, 'PATCH', `/triggers/${id}`, { enabled: false, inputs: { what: 'Hello?' } })
    expect(changed).toMatchObject({ enabled: false, overlap: 'queue', next: [], on: { cron: '0 9 * * 1-5' }, inputs: { what: 'Hello?' } })
    const fired = await api.call(firedSchema, 'POST', `/triggers/${id}/fire`, {})
    expect(fired).toMatchObject({ outcome: 'started', isRepeated: false })
    expect(await api.raw('GET', `/runs/${fired.runId ?? ''}`)).toMatchObject({ body: { recipe: 'wait-here', inputs: { what: 'Hello?' } } })
    await api.raw('POST', `/runs/${fired.runId ?? ''}/cancel`, {})
    await expect
      .poll(() => history(id))
      .toMatchObject([{ outcome: 'started', runOutcome: 'cancelled', isOver: true, payload: { kind: 'click' } }])
    expect(await api.raw('DELETE', `/triggers/${id}`)).toMatchObject({ status: 200, body: { removed: true } })
    expect(await api.refusal('GET', `/triggers/${id}`)).toMatchObject({ status: 404, info: { code: 'NOT_FOUND' } })
  })

  test('that could never start their recipe are refused, with the field', async () => {
    const refused = async (config: object) =>
      api.refusal('POST', '/triggers', { name: 'Test', recipe: 'wait-here', on: { kind: 'click' }, ...config })
    const missing = await refused({ recipe: 'wait-her' })
    expect(missing).toMatchObject({ status: 404, info: { data: { field: 'recipe' } } })
    expect(missing.message).toContain('“wait-here”')
    expect(await refused({ inputs: { whta: 1 } })).toMatchObject({ status: 400, info: { data: { field: 'inputs.whta' } } })
    expect(await refused({ on: { kind: 'time', cron: 'never ever' } })).toMatchObject({ status: 400, info: { data: { field: 'on.cron' } } })
    expect(await refused({ on: { kind: 'click', cron: '* * * * *' } })).toMatchObject({ status: 400 })
  })

  test('a time is read back, and so is what a pattern means', async () => {
    const read = await api.call(readTimeSchema, 'POST', '/triggers/time', { text: 'every Monday at 17:30', timeZone: 'Europe/Berlin' })
    expect(read).toMatchObject({ cron: '30 17 * * 1', words: 'every Monday at 17:30', timeZone: 'Europe/Berlin' })
    expect(read.next).toHaveLength(5)
    expect((await api.refusal('POST', '/triggers/time', { text: 'now and then' })).message).toContain('every weekday at 9')
    const folder = join(web.folders.work, 'docs')
    await mkdir(join(folder, 'node_modules', 'x'), { recursive: true })
    await mkdir(join(folder, 'deep'), { recursive: true })
    for (const name of ['a.md', 'b.txt', 'deep/c.md', 'node_modules/x/d.md']) await writeFile(join(folder, name), '')
    const found = await api.call(matchingFilesSchema, 'POST', '/triggers/files', { folder, glob: '**/*.md' })
    expect({ ...found, examples: found.examples.toSorted() }).toEqual({ count: 2, isWhole: true, examples: ['a.md', 'deep/c.md'] })
  })
})

describe('a hook', () => {
  test('takes a signed call without a token, once for each key, and only what its filter lets through', async () => {
    const on = { kind: 'hook', filter: [{ path: 'action', equals: 'opened' }] }
    const { id, secret } = await create({ on, overlap: 'replace', inputs: { what: '{{ trigger.body.title }}' } })
    const call = { id, secret: secret ?? '' }
    expect(await post({ ...call, body: '{"action":"closed"}', key: 'msg_0' })).toMatchObject({ status: 200, body: { outcome: 'skipped' } })
    const body = '{"action":"opened","title":"First"}'
    const first = await post({ ...call, body })
    expect(first).toMatchObject({ status: 202, body: { outcome: 'started', isRepeated: false } })
    const again = await Promise.all(Array.from({ length: 50 }, () => post({ ...call, body })))
    expect(new Set(again.map(({ status, body: { runId, isRepeated } }) => JSON.stringify([status, runId, isRepeated])))).toEqual(
      new Set([JSON.stringify([200, first.body['runId'], true])]),
    )
    expect(await api.raw('GET', `/runs/${String(first.body['runId'])}`)).toMatchObject({ body: { inputs: { what: 'First' } } })
    expect(await post({ ...call, key: 'msg_2', body, path: '/api/hooks' })).toMatchObject({ status: 202 })
    expect((await history(id)).map(({ outcome, key }) => [outcome, key])).toEqual([
      ['started', 'msg_2'],
      ['started', 'msg_1'],
      ['skipped', 'msg_0'],
    ])
  })

  test('is called with what the screen says', async () => {
    const { id, secret } = await create({ on: { kind: 'hook' } })
    const lines = `${curlExample(`${web.server.url}/hooks/${id}`, secret)} -s`
    const { stdout } = await promisify(execFile)('bash', ['-c', lines])
    expect(firedSchema.parse(JSON.parse(stdout))).toMatchObject({ outcome: 'started' })
  })

  test('refuses what is not signed with its secret, is old, too large, no JSON, or comes from elsewhere', async () => {
    const { id, secret: made } = await create({ on: { kind: 'hook' } })
    const secret = made ?? ''
    const other = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
    expect(await post({ id, secret: other })).toMatchObject({ status: 401, body: { code: 'UNAUTHORIZED' } })
    expect(await post({ id, secret: other, headers: web.bearer })).toMatchObject({ status: 401 })
    expect(await post({ id, secret, at: new Date(Date.now() - 600_000) })).toMatchObject({ status: 401 })
    expect(await post({ id: 'trig_000000000000', secret })).toMatchObject({ status: 404 })
    expect(await post({ id, secret, body: 'x'.repeat(1_000_001) })).toMatchObject({ status: 413, body: { code: 'TOO_LARGE' } })
    expect(await post({ id, secret, body: '{"a":' })).toMatchObject({ status: 400 })
    expect(await post({ id, secret, headers: { origin: 'https://example.com' } })).toMatchObject({ status: 403 })
    expect((await fetch(`${web.server.url}/hooks/${id}`)).status).toBe(404)
    expect(await history(id)).toEqual([])
    const { secret: renewed } = await api.call(z.object({ secret: z.string() }), 'POST', `/triggers/${id}/secret`, {})
    expect(await post({ id, secret })).toMatchObject({ status: 401 })
    expect(await post({ id, secret: renewed })).toMatchObject({ status: 202 })
  })

  test('answers wrong signatures at a bounded rate, and the right one at once all the same', async () => {
    const { id, secret } = await create({ on: { kind: 'hook' } })
    const other = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
    const wrong = Array.from({ length: 260 }, () => post({ id, secret: other }).catch(() => null))
    await expect.poll(async () => (await Promise.race(wrong)) !== null).toBe(true)
    const before = performance.now()
    expect(await post({ id, secret: secret ?? '' })).toMatchObject({ status: 202 })
    expect(performance.now() - before).toBeLessThan(5_000)
    const cutOff = await Promise.any(
      wrong.map(async (one) => ((await one)?.status === 429 ? one : Promise.reject(new Error('not that one')))),
    )
    expect(cutOff).toMatchObject({ retryAfter: '60', body: { code: 'LIMIT_REACHED' } })
  })
})
