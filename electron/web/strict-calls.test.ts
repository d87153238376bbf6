import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import { traverseContractProcedures } from '@orpc/server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { errorInfoSchema } from '../../shared/app-error.ts'
import { contract, type Contract } from '../../shared/contract/index.ts'
import { instanceSchema } from '../../shared/domain/instance.ts'
import { openWeb, type WebRun } from '../../e2e/support/web.ts'

let web: WebRun
let alpha: string

beforeAll(async () => {
  web = await openWeb()
  const made = await ask('POST', '/instances', { name: 'alpha', cwd: web.folders.work, start: false })
  alpha = instanceSchema.parse(await made.json()).id
  await ask('POST', '/instances', { name: 'Beta two', cwd: web.folders.work, start: false })
})
afterAll(() => web.close())

function ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${web.server.url}/api${path}`, {
    method,
    headers: { ...web.bearer, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    signal: AbortSignal.timeout(10_000),
  })
}

async function refusal(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await ask(method, path, body, headers)
  return { status: response.status, ...errorInfoSchema.parse(await response.json()) }
}

const calls: { method: string; path: string }[] = []
traverseContractProcedures({ router: contract, path: [] }, ({ contract: { '~orpc': call } }) => {
  calls.push({ method: call.route.method ?? 'POST', path: call.route.path ?? '' })
})

describe('a field or parameter that a call does not know is refused by its name', () => {
  for (const { method, path } of calls) {
    test(`${method} ${path}`, async () => {
      const address = path.replaceAll(/\{\w+\}/g, `x_${'0'.repeat(24)}`)
      const query = await refusal(method, `${address}?zzUnknown=1`, method === 'GET' ? undefined : {})
      expect(query).toMatchObject({ status: 400, code: 'BAD_REQUEST', data: { field: 'zzUnknown' } })
      if (method === 'GET') return
      const body = await refusal(method, address, { zzUnknown: 1 })
      expect(body).toMatchObject({ status: 400, code: 'BAD_REQUEST', data: { field: 'zzUnknown' } })
      expect(body.message).toContain('zzUnknown')
    })
  }

  const slips: [string, string, unknown, string, string | null][] = [
    ['POST', '/ask', { text: 'x', instances: 'alpha' }, 'instances', 'instance'],
    ['POST', '/ask', { text: 'x', timeout: 5 }, 'timeout', 'timeoutSeconds'],
    ['POST', `/conversations/conv_${'0'.repeat(24)}/messages`, { text: 'x', role: 'assistant' }, 'role', null],
    ['GET', '/conversations?instance_id=x', undefined, 'instance_id', 'instanceId'],
    ['GET', '/search?q=x&limits=5', undefined, 'limits', 'limit'],
    ['POST', '/instances', { name: 'x', cwd: '/', mcpServers: { one: { command: 'x', argz: [] } } }, 'mcpServers.one.argz', 'args'],
    [
      'POST',
      `/conversations/conv_${'0'.repeat(24)}/messages`,
      { text: 'x', images: [{ mediatype: 'image/png', data: '' }] },
      'images.0.mediatype',
      'mediaType',
    ],
    ['PUT', '/metrics/budgets', { budgets: [{ id: 'a', scope: 'all', limit: 3 }] }, 'budgets.0.limit', 'limitUsd'],
    ['GET', '/events?token=x', undefined, 'token', null],
  ]
  test.each(slips)('%s %s %j', async (method, path, body, field, nearest) => {
    expect(await refusal(method, path, body)).toMatchObject({ status: 400, code: 'BAD_REQUEST', data: { field, nearest } })
  })

  test('a parameter that belongs into the body says so', async () => {
    const refused = await refusal('POST', '/tasks?priority=9', { text: 'x' })
    expect(refused).toMatchObject({ status: 400, data: { field: 'priority' } })
    expect(refused.message).toContain('in the body')
  })

  test('a body that would not be looked at is refused', async () => {
    expect(await refusal('PATCH', `/instances/${alpha}`, [{ name: 'x' }])).toMatchObject({ status: 400, code: 'BAD_REQUEST' })
    expect(await refusal('PATCH', `/instances/${alpha}`, '"name"')).toMatchObject({ status: 400, code: 'BAD_REQUEST' })
    const form = await refusal('POST', '/ask', '{"text":"x"}', { 'content-type': 'application/x-www-form-urlencoded' })
    expect(form).toMatchObject({ status: 400, message: expect.stringContaining('content-type: application/json') as unknown })
  })

  test('over a WebSocket too', async () => {
    const socket = new WebSocket(`${web.server.url.replace('http', 'ws')}/rpc`, ['bullpen', `bullpen.token.${web.server.token}`])
    const client: ContractRouterClient<Contract> = createORPCClient(new RPCLink({ websocket: socket }))
    const sent = { text: 'x', instanceName: 'alpha' }
    await expect(client.pool.ask(sent)).rejects.toMatchObject({ code: 'BAD_REQUEST', data: { field: 'instanceName' } })
    expect(await client.instances.get({ id: '@alpha' })).toMatchObject({ id: alpha })
    socket.close()
  })
})

describe('an instance is called by name wherever its id is taken', () => {
  test('in an address, in a query and in a body', async () => {
    for (const path of ['/instances/@alpha', '/instances/@ALPHA', `/instances/${alpha}`]) {
      expect(await (await ask('GET', path)).json()).toMatchObject({ id: alpha })
    }
    expect((await ask('GET', '/instances/@Beta%20two')).status).toBe(200)
    const bodies = [{ instance: 'alpha' }, { instance: '@alpha' }, { instanceId: '@alpha' }, { instance: alpha }]
    for (const body of bodies) {
      const made = await ask('POST', '/conversations', { title: 'By name', ...body })
      expect(await made.json()).toMatchObject({ instanceId: alpha })
    }
    const listed = z.object({ items: z.array(z.unknown()) })
    for (const query of ['instanceId=@alpha', 'instance=alpha', `instanceId=${alpha}`]) {
      expect(listed.parse(await (await ask('GET', `/conversations?${query}`)).json()).items).toHaveLength(bodies.length)
    }
    expect((await ask('GET', '/metrics/summary?instanceId=@alpha&instanceId=@beta%20two')).status).toBe(200)
    expect(await (await ask('PATCH', '/pool', { defaultInstance: 'alpha' })).json()).toMatchObject({ policy: { defaultInstanceId: alpha } })
    expect((await ask('PATCH', '/pool', { defaultInstance: null })).status).toBe(200)
  })

  test('a name that nobody has is refused with the one that is most like it', async () => {
    const refused = await refusal('POST', '/conversations', { instance: 'alfa' })
    expect(refused).toMatchObject({ status: 404, code: 'NOT_FOUND', data: { field: 'instance', nearest: 'alpha' } })
    expect(await refusal('GET', '/instances/@gamma9')).toMatchObject({ status: 404, code: 'NOT_FOUND', data: { field: 'id' } })
    expect(await refusal('POST', '/conversations', { instance: 'alpha', instanceId: alpha })).toMatchObject({ status: 400 })
    expect(await refusal('POST', '/conversations', { instance: 7 })).toMatchObject({ status: 400, data: { field: 'instance' } })
  })
})

describe('a file that is JSON is imported as the body, whatever it is called', () => {
  const exported = [{ uuid: 'c1', name: 'Cats', created_at: '2026-01-02T03:04:05Z', updated_at: '2026-01-02T03:04:05Z', chat_messages: [] }]

  test.each(['application/json', 'application/x-www-form-urlencoded', 'application/octet-stream', 'text/plain'])('as %s', async (type) => {
    const response = await ask('POST', '/conversations/import?wait=true&name=conversations.json', exported, { 'content-type': type })
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ kind: 'import' })
  })

  test('and a call is still a call', async () => {
    expect(await refusal('POST', '/conversations/import', {})).toMatchObject({ status: 400, data: { field: 'path' } })
    expect(await refusal('POST', '/conversations/import', { paht: '/x' })).toMatchObject({ status: 400, data: { nearest: 'path' } })
    expect(await refusal('POST', '/conversations/import?nam=x', exported)).toMatchObject({
      status: 400,
      data: { field: 'nam', nearest: 'name' },
    })
  })
})
