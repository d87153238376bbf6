import { readFile, symlink } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { errorInfoSchema } from '../../shared/app-error.ts'
import { openWeb, rawExchange, rawSocket, type WebRun } from '../../e2e/support/web.ts'
import { startWebServer } from './server.ts'
import { until } from '../../e2e/support/until.ts'

let web: WebRun
const limits = { bufferedBytes: 4_000_000, streams: 3, stallMs: 400 }

beforeAll(async () => {
  web = await openWeb(limits)
})
afterAll(() => web.close())

async function logged(words: string): Promise<boolean> {
  return (await readFile(path.join(web.folders.data, 'logs', 'bullpen.log'), 'utf8').catch(() => '')).includes(words)
}

function openSocket(protocols: string[], headers: Record<string, string> = {}): Promise<WebSocket> {
  const ws = new WebSocket(`${web.server.url.replace('http', 'ws')}/rpc`, protocols, { headers })
  return new Promise((resolve, reject) => {
    ws.once('open', () => resolve(ws))
    ws.once('unexpected-response', (_, response) => reject(new Error(`refused with ${response.statusCode}`)))
    ws.once('error', reject)
  })
}

function closeCode(ws: WebSocket): Promise<number> {
  return new Promise((resolve) => ws.once('close', (code) => resolve(code)))
}

const call = (id: number, name: string, input: unknown) =>
  JSON.stringify({ i: String(id), p: { u: `orpc://localhost${name}`, b: { json: input } } })

describe('a WebSocket', () => {
  test('is opened with the token as a subprotocol, and answered with ours', async () => {
    const ws = await openSocket(['bullpen', `bullpen.token.${web.server.token}`])
    expect(ws.protocol).toBe('bullpen')
    const answer = new Promise<string>((resolve) => ws.once('message', (data: Buffer) => resolve(data.toString())))
    ws.send(call(1, '/settings/get', undefined))
    expect(await answer).toContain('stallSeconds')
    ws.close()
    expect(await closeCode(ws)).toBe(1005)
  })

  test('is refused without the token, with a foreign Origin or at another address', async () => {
    const protocols = ['bullpen', `bullpen.token.${web.server.token}`]
    await expect(openSocket(['bullpen'])).rejects.toThrow('refused with 401')
    await expect(openSocket(['bullpen', 'bullpen.token.wrong'])).rejects.toThrow('refused with 401')
    await expect(openSocket(protocols, { origin: 'https://evil.example' })).rejects.toThrow('refused with 403')
    await expect(openSocket(protocols, { host: 'evil.example' })).rejects.toThrow('refused with 403')
    await expect(openSocket(protocols, { origin: web.server.url }).then((ws) => ws.close())).resolves.toBeUndefined()
  })

  test('that calls and calls without reading is closed with 1013, and the log says so', async () => {
    const title = 'x'.repeat(180)
    for (let count = 0; count < 120; count += 1) await web.core.conversations.create({ title })
    const ws = await openSocket(['bullpen', `bullpen.token.${web.server.token}`])
    ws.pause()
    const closed = closeCode(ws)
    for (let id = 0; id < 400; id += 1) ws.send(call(id, '/conversations/list', { limit: 500 }))
    await until('the log to say it', () => logged('without reading'))
    ws.resume()
    expect(await closed).toBe(1013)
  })
})

describe('over a port that is forwarded to this one', () => {
  const get = (target: string, headers: string) =>
    rawExchange(web.server.url, `GET ${target} HTTP/1.1\r\n${headers}\r\nConnection: close\r\n\r\n`)

  test('the page and the calls are there, whatever the number of the port', async () => {
    for (const host of ['localhost:9000', '127.0.0.1:1', '[::1]:65000']) {
      expect(await get('/', `Host: ${host}`)).toMatch(/^HTTP\/1.1 200 [^]*<title>Page/)
      expect(await get('/api/health', `Host: ${host}\r\nAuthorization: ${web.bearer.authorization}`)).toMatch(/^HTTP\/1.1 200 /)
    }
  })

  test('a person under a name that is not allowed gets a page that says what to do, a program gets JSON', async () => {
    const page = await get('/', 'Host: nas.local:9000\r\nAccept: text/html,*/*')
    expect(page).toMatch(/^HTTP\/1.1 403 [^]*text\/html[^]*--allow-host nas\.local/)
    expect(await get('/', 'Host: <b>x\r\nAccept: text/html')).not.toContain('<b>')
    expect(await get('/', 'Host: nas.local:9000')).toMatch(/^HTTP\/1.1 403 [^]*application\/json[^]*"code":"FORBIDDEN"/)
  })
})

describe('server-sent events', () => {
  const open = (signal?: AbortSignal, at = '/api/events') =>
    fetch(web.server.url + at, { headers: web.bearer, ...(signal ? { signal } : {}) })

  test('begin with a sync and carry ids', async () => {
    const abort = new AbortController()
    const response = await open(abort.signal)
    const { value } = (await response.body?.getReader().read()) ?? {}
    expect(Buffer.from(value ?? []).toString()).toMatch(/^id: [0-9a-f]+-\d+\nevent: sync\ndata: \{"type":"sync"/)
    abort.abort()
    await until('the reader to be gone', () => web.core.events.readers === 0)
  })

  test('have a limit, which says so, and a place is free again when a reader goes', async () => {
    const aborts = [1, 2, 3].map(() => new AbortController())
    const streams = await Promise.all(aborts.map(({ signal }) => open(signal)))
    expect(streams.map(({ status }) => status)).toEqual([200, 200, 200])
    const refused = await open()
    expect([refused.status, errorInfoSchema.parse(await refused.json())]).toMatchObject([429, { code: 'LIMIT_REACHED' }])
    aborts[0]?.abort()
    const again = new AbortController()
    const status = await until('a place to be free', async () => {
      const response = await open(again.signal)
      if (response.status !== 200) await response.text()
      return response.status === 200 && response.status
    })
    expect(status).toBe(200)
    for (const abort of [...aborts, again]) abort.abort()
    await until('the readers to be gone', () => web.core.events.readers === 0)
  })

  test('of a conversation that is not there are not found', async () => {
    const response = await open(undefined, `/api/conversations/conv_${'0'.repeat(24)}/events`)
    expect([response.status, errorInfoSchema.parse(await response.json()).code]).toEqual([404, 'NOT_FOUND'])
  })

  test('are ended for a reader that takes nothing', async () => {
    const socket = await rawSocket(web.server.url)
    socket.on('error', () => {})
    const { host } = new URL(web.server.url)
    socket.write(`GET /api/events HTTP/1.1\r\nHost: ${host}\r\nAuthorization: ${web.bearer.authorization}\r\n\r\n`)
    await until('the stream to be open', () => web.core.events.readers === 1)
    socket.pause()
    const text = 'x'.repeat(1_000_000)
    for (let count = 0; count < 40; count += 1) {
      web.core.events.publish((seq) => ({
        type: 'notice',
        seq,
        notice: { level: 'info', code: 'TEST', message: text, instanceId: null, conversationId: null, at: new Date().toISOString() },
      }))
    }
    expect(await until('the reader to be dropped', () => web.core.events.readers === 0, 5_000)).toBe(true)
    expect(await until('the log to say so', () => logged('took nothing'))).toBe(true)
    socket.destroy()
  })
})

test.skipIf(process.platform !== 'linux')('what goes wrong inside is logged', async () => {
  // Reading this process' memory from its beginning fails, even for root.
  await symlink('/proc/self/mem', path.join(web.page, 'assets', 'broken.js'))
  await expect(fetch(`${web.server.url}/assets/broken.js`).then((response) => response.text())).rejects.toThrow(/terminated|closed|failed/)
  expect(await until('the log to say it', () => logged('a request failed'))).toBe(true)
  expect(await logged(web.server.token)).toBe(false)
})

test('a port that is taken is named, and the closed server leaves its port', async () => {
  const other = await openWeb()
  const { port } = new URL(other.server.url)
  await expect(startWebServer({ core: web.core, port: Number(port), version: '0' })).rejects.toMatchObject({ code: 'PORT_TAKEN' })
  const ws = new WebSocket(`${other.server.url.replace('http', 'ws')}/rpc`, ['bullpen', `bullpen.token.${other.server.token}`])
  await new Promise((resolve) => ws.once('open', resolve))
  const [code] = await Promise.all([closeCode(ws), other.close()])
  expect(code).toBe(1001)
  await expect(fetch(other.server.url)).rejects.toThrow('fetch failed')
})
