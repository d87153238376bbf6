import path from 'node:path'
import { traverseContractProcedures } from '@orpc/server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { errorInfoSchema } from '../../shared/app-error.ts'
import { contract } from '../../shared/contract/index.ts'
import { openWeb, rawExchange, rawSocket, type WebRun } from '../../e2e/support/web.ts'
import { until } from '../../e2e/support/until.ts'

const documentSchema = z.object({
  paths: z.record(
    z.string(),
    z.record(z.string(), z.object({ summary: z.string().optional(), responses: z.record(z.string(), z.unknown()) })),
  ),
})

let web: WebRun

beforeAll(async () => {
  web = await openWeb()
})
afterAll(() => web.close())

async function ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  return fetch(`${web.server.url}/api${path}`, {
    method,
    headers: { ...web.bearer, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    signal: AbortSignal.timeout(10_000),
  })
}

async function refusal(answer: Response | Promise<Response>) {
  const response = await answer
  return { status: response.status, ...errorInfoSchema.parse(await response.json()) }
}

/** Every call of the contract, as its file writes it. */
const calls: { method: string; path: string; summary: string | undefined }[] = []
traverseContractProcedures({ router: contract, path: [] }, ({ contract: { '~orpc': call } }) => {
  calls.push({ method: call.route.method ?? 'POST', path: call.route.path ?? '', summary: call.route.summary })
})

describe('every call of the contract is there over REST', () => {
  test('the OpenAPI document has exactly the calls of the contract, and the one that is signed instead', async () => {
    const { paths } = documentSchema.parse(await (await ask('GET', '/openapi.json')).json())
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { summary }]) => ({ method: method.toUpperCase(), path, summary })),
    )
    const inOrder = (list: typeof calls) => list.toSorted((a, b) => `${a.path} ${a.method}`.localeCompare(`${b.path} ${b.method}`))
    expect(calls.length).toBeGreaterThan(30)
    const signed = { method: 'POST', path: '/hooks/{id}', summary: 'Fire a trigger of the kind “hook”' }
    expect(inOrder(described)).toEqual(inOrder([...calls, signed]))
  })

  for (const { method, path, summary } of calls) {
    test(`${method} ${path}`, async () => {
      expect(summary).toMatch(/^[A-Z].{6,}/)
      const kind = { instances: 'inst', conversations: 'conv', approvals: 'appr', tasks: 'task' }[path.split('/')[1] ?? ''] ?? 'x'
      const address = path.replace('{id}', `${kind}_${'0'.repeat(24)}`)
      const response = await ask(method, address, method === 'GET' ? undefined : {})
      const type = response.headers.get('content-type')
      const stream = path.endsWith('/events')
        ? 'text/event-stream'
        : `${method} ${path}` === 'GET /conversations/export'
          ? 'application/zip'
          : `${method} ${path}` === 'GET /metrics/csv'
            ? 'text/csv; charset=utf-8'
            : null
      expect(type).toBe(stream !== null && response.ok ? stream : 'application/json')
      const text = type === 'application/json' ? await response.text() : '{}'
      await response.body?.cancel().catch(() => {})
      expect(text).not.toContain('There is no call')
      expect(response.status).toBeLessThan(500)
      const parsed: unknown = JSON.parse(text)
      expect(response.status < 400 || errorInfoSchema.parse(parsed).message.length > 10).toBe(true)
    })
  }
})

test('an export under a name that is too long fails with what to do', async () => {
  const exported = await ask('POST', '/conversations/export', { path: path.join(web.folders.root, 'x'.repeat(300)), wait: true })
  const { state, error } = z.object({ state: z.string(), error: errorInfoSchema.nullable() }).parse(await exported.json())
  expect({ state, code: error?.code }).toEqual({ state: 'failed', code: 'BAD_REQUEST' })
  expect(error?.message).toContain('shorter')
})

describe('what is no call', () => {
  const wrong: [string, string][] = [
    ['GET', ''],
    ['GET', '/'],
    ['GET', '/nothing'],
    ['PUT', '/instances'],
    ['DELETE', '/health'],
    ['POST', '/events'],
    ['OPTIONS', '/instances'],
    ['GET', '/instances/a/b/c/d'],
    ['GET', '/..%2finstances'],
  ]
  for (const [method, path] of wrong) {
    test(`${method} /api${path} is not found, in JSON`, async () => {
      const refused = await refusal(ask(method, path))
      expect(refused).toMatchObject({ status: 404, code: 'NOT_FOUND' })
      expect(refused.message).toContain('openapi.json')
    })
  }
  test('a page takes only GET and HEAD', async () => {
    expect(await refusal(fetch(`${web.server.url}/`, { method: 'POST', body: 'x' }))).toMatchObject({ status: 404 })
    const head = await fetch(`${web.server.url}/`, { method: 'HEAD' })
    expect([head.status, head.headers.get('content-type'), await head.text()]).toEqual([200, 'text/html; charset=utf-8', ''])
  })
})

describe('what does not fit', () => {
  const unfit: [string, unknown, Record<string, string>, string | null][] = [
    ['no folder', { name: 'a' }, {}, 'cwd'],
    ['a number for a name', { name: 5, cwd: '/' }, {}, 'name'],
    ['a wrong start', { name: 'a', cwd: '/', start: 'perhaps' }, {}, 'start'],
    ['a list', [], {}, null],
    ['no JSON', '{', {}, null],
    ['text', 'hello', { 'content-type': 'text/plain' }, null],
    ['a picture', 'hello', { 'content-type': 'image/png' }, null],
    ['a form without its boundary', 'hello', { 'content-type': 'multipart/form-data' }, null],
    ['an unknown kind', 'hello', { 'content-type': 'x/y; charset=utf-99' }, null],
  ]
  for (const [what, body, headers, field] of unfit) {
    test(`${what} is refused with a reason`, async () => {
      const refused = await refusal(ask('POST', '/instances', body, headers))
      expect(refused).toMatchObject({ status: 400, code: 'BAD_REQUEST', ...(field === null ? {} : { data: { field } }) })
      expect(refused.message.length).toBeGreaterThan(15)
    })
  }

  test('more than a request may have is refused before it is read', async () => {
    const answer = await rawExchange(
      web.server.url,
      `POST /api/conversations HTTP/1.1\r\nHost: ${new URL(web.server.url).host}\r\nAuthorization: ${web.bearer.authorization}\r\n` +
        'Content-Type: application/json\r\nContent-Length: 400000000\r\n\r\n{',
    )
    expect(answer).toMatch(/^HTTP\/1\.1 413 /)
    expect(answer).toContain('"TOO_LARGE"')
    expect(answer).toMatch(/160 MB/)
  })
})

describe('odd but allowed ways to speak HTTP', () => {
  const requestText = (line: string, more = '') =>
    `${line} HTTP/1.1\r\nHost: ${new URL(web.server.url).host}\r\nAuthorization: ${web.bearer.authorization}\r\n${more}\r\n`

  test('several requests at once on one connection are answered in order', async () => {
    const text = [
      requestText('GET /api/settings'),
      requestText('GET /api/nothing'),
      requestText('HEAD /'),
      requestText('GET /assets/main-1a2b.js'),
      requestText('GET /api/instances', 'Connection: close\r\n'),
    ].join('')
    const answer = await rawExchange(web.server.url, text)
    expect([...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual(['200', '404', '200', '200', '200'])
    expect(answer.slice(answer.lastIndexOf('HTTP/1.1'))).toContain('{"items":[],"nextCursor":null}')
  })

  test('one that asks before it sends is told to go on', async () => {
    const socket = await rawSocket(web.server.url)
    const heard: string[] = []
    socket.setEncoding('utf8').on('data', (chunk: string) => heard.push(chunk))
    const body = '{"title":"Expected"}'
    socket.write(
      requestText(
        'POST /api/conversations',
        `Expect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n`,
      ),
    )
    await until('100 Continue', () => heard.join('').includes('100 Continue'))
    socket.write(body)
    await until('the answer', () => heard.join('').includes('"Expected"'))
    expect(heard.join('')).toMatch(/HTTP\/1\.1 201 /)
    socket.destroy()
  })

  test('what is no HTTP is cut off and hurts nobody', async () => {
    expect(await rawExchange(web.server.url, '\u0016\u0003\u0001 hello\r\n\r\n')).not.toContain('200')
    expect((await ask('GET', '/settings')).status).toBe(200)
  })
})
