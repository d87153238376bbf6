import { request } from 'node:http'
import { createServer } from 'node:net'
import { z } from 'zod'
import { App, runCli } from '../support/app.ts'
import { readyInstance } from '../support/stories.ts'
import { expect, test } from '../support/test.ts'

const sentSchema = z.object({ taskId: z.string(), turnId: z.string() })

test.describe('the doors', () => {
  // One for all that only ask: each start costs a second.
  let app: App
  test.beforeAll(async () => {
    app = await App.start()
  })
  test.afterAll(() => app.dispose())

  test('the OpenAPI document names every call', async () => {
    const { body } = await app.api.raw('GET', '/openapi.json')
    const document = z.object({ openapi: z.string(), paths: z.record(z.string(), z.record(z.string(), z.unknown())) }).parse(body)
    const calls = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    )
    expect(calls).toEqual(
      expect.arrayContaining([
        'GET /health',
        'GET /instances',
        'POST /instances',
        'PATCH /instances/{id}',
        'POST /instances/{id}/pause',
        'POST /conversations/{id}/messages',
        'GET /conversations/{id}/events',
        'POST /approvals/{id}',
        'GET /settings',
        'GET /events',
      ]),
    )
  })

  test('health says which claude it runs and that this is a demo', async () => {
    const health = await app.api.health()
    expect(health).toMatchObject({ demo: true, shell: 'web', storageError: null, reaped: 0 })
    expect(health.claude.path).toMatch(/claude/)
    expect(health.claude.version).toMatch(/^\d+\.\d+\.\d+/)
  })

  test('only one who has the token comes in', async () => {
    const without = await fetch(`${app.url}/api/health`)
    expect(without.status).toBe(401)
    expect(await without.json()).toMatchObject({ code: 'UNAUTHORIZED', message: expect.stringMatching(/token/i) as unknown })
    const wrong = await fetch(`${app.url}/api/health`, { headers: { authorization: `Bearer ${'x'.repeat(app.token.length)}` } })
    expect(wrong.status).toBe(401)
    const inAddress = await fetch(`${app.url}/api/health?token=${app.token}`)
    expect(inAddress.status).toBe(401)
  })

  test('a foreign Host or Origin is turned away, even with the token', async () => {
    const headers = { authorization: `Bearer ${app.token}` }
    expect(await statusOf(app.url, { ...headers, host: 'evil.example' })).toBe(403)
    expect(await statusOf(app.url, { ...headers, host: '127.0.0.1.evil.example' })).toBe(403)
    expect(await statusOf(app.url, { ...headers, origin: 'https://evil.example' })).toBe(403)
    expect(await statusOf(app.url, { ...headers, origin: 'null' })).toBe(403)
    expect(await statusOf(app.url, { ...headers, origin: app.url })).toBe(200)
    expect(await statusOf(app.url, headers)).toBe(200)
  })

  test('a WebSocket without the token or from a foreign page gets nothing', async () => {
    expect(await upgradeStatus(app.url, {})).not.toBe(101)
    expect(await upgradeStatus(app.url, { origin: 'https://evil.example' })).not.toBe(101)
  })

  test('the page may load nothing from elsewhere and may not be framed', async () => {
    const response = await fetch(app.url)
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(response.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(await response.text()).not.toContain(app.token)
  })

  test('pages are served from the app alone', async () => {
    for (const path of ['/../package.json', '/..%2fpackage.json', '/%2e%2e/package.json', '/assets/..%5c..%5cpackage.json']) {
      expect(await bodyOf(app.url, path), path).not.toContain('"devDependencies"')
    }
  })

  const malformed: [string, string, unknown][] = [
    ['POST', '/instances', { name: 'No folder' }],
    ['POST', '/instances', { name: 5, cwd: '/' }],
    ['POST', '/instances', { name: 'Bad variable', cwd: '/', env: { 'A B': 'c' } }],
    ['POST', '/instances', 'not json {'],
    ['POST', '/instances', []],
    ['GET', '/instances/..%2f..%2fetc', undefined],
    ['GET', '/conversations?limit=0', undefined],
    ['GET', '/conversations?state=lost', undefined],
    ['PATCH', '/settings', { theme: 'pink' }],
    ['PATCH', '/settings', { stallSeconds: 1 }],
  ]
  for (const [method, path, body] of malformed) {
    test(`${method} ${path} with ${JSON.stringify(body)} is refused with a reason`, async () => {
      const refused = await app.api.refusal(method, path, body)
      expect(refused.status).toBe(400)
      expect(refused.info.code).toBe('BAD_REQUEST')
      expect(refused.info.message.length).toBeGreaterThan(10)
      expect(refused.ms).toBeLessThan(2_000)
    })
  }

  test('an unknown address says so', async () => {
    const refused = await app.api.refusal('GET', '/nothing-here')
    expect(refused).toMatchObject({ status: 404, info: { code: 'NOT_FOUND' } })
    expect((await app.api.refusal('GET', '/instances/inst_000000000000000000000000')).info.code).toBe('NOT_FOUND')
  })

  test('a body of more than it takes is refused, not held in memory', async () => {
    const { conversation } = await readyInstance(app)
    const refused = await app.api.refusal('POST', `/conversations/${conversation.id}/messages`, { text: 'x'.repeat(1_000_001) })
    expect(refused.status).toBe(400)
    const huge = await app.api
      .raw('POST', `/conversations/${conversation.id}/messages`, { text: 'x'.repeat(250_000_000) })
      .catch(() => ({ status: 413 }))
    expect(huge.status).toBe(413)
    expect(await app.api.health()).toMatchObject({ demo: true })
  })

  test('a port that is taken is named', async () => {
    const blocker = createServer()
    const port = await new Promise<number>((resolve) => {
      blocker.listen(0, '127.0.0.1', () => resolve(z.object({ port: z.number() }).parse(blocker.address()).port))
    })
    const error: unknown = await App.start({ port }).then(
      (app) => app.dispose().then(() => null),
      (thrown: unknown) => thrown,
    )
    blocker.close()
    expect(String(error)).toContain(String(port))
  })

  test('a forwarded port is fine, and a field that no call knows is not', async () => {
    const headers = { authorization: `Bearer ${app.token}`, host: 'localhost:9000' }
    expect(await statusOf(app.url, headers)).toBe(200)
    const refused = await app.api.refusal('POST', '/conversations', { titel: 'x' })
    expect(refused).toMatchObject({ status: 400, info: { code: 'BAD_REQUEST', data: { field: 'titel', nearest: 'title' } } })
  })

  test('a turn is found and a key is known after the app was killed', async ({ app: killed }) => {
    const { conversation } = await readyInstance(killed)
    const path = `/conversations/${conversation.id}/messages`
    const first = sentSchema.parse((await killed.api.raw('POST', path, { text: '[echo: only once]', key: 'k', wait: true })).body)
    await killed.kill()
    const again = await App.start({ folders: killed.folders })
    expect((await again.api.raw('GET', `/turns/${first.turnId}`)).body).toMatchObject({
      state: 'ended',
      outcome: 'done',
      taskId: first.taskId,
    })
    expect((await again.api.raw('GET', `/tasks/${first.taskId}`)).body).toMatchObject({ state: 'done', text: '[echo: only once]' })
    expect(sentSchema.parse((await again.api.raw('POST', path, { text: '[echo: only once]', key: 'k' })).body)).toEqual(first)
    expect((await again.api.messages(conversation.id)).filter(({ role }) => role === 'user')).toHaveLength(1)
    await again.quit()
  })

  test('the command line says what it can do, and that it does not know a word', async () => {
    const help = await runCli(app.folders, ['--help'])
    expect(help).toMatchObject({ exit: 0, output: expect.stringContaining('serve') as unknown })
    const unknown = await runCli(app.folders, ['dance'])
    expect(unknown.exit).not.toBe(0)
    expect(unknown.output).toContain('dance')
  })
})

function ask(url: string, path: string, headers: Record<string, string>): Promise<{ status: number; body: string }> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const call = request({ hostname, port, path, headers, setHost: headers['host'] === undefined }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }))
    })
    call.once('upgrade', (_, socket) => {
      socket.destroy()
      resolve({ status: 101, body: '' })
    })
    call.once('error', reject)
    call.end()
  })
}

async function statusOf(url: string, headers: Record<string, string>): Promise<number> {
  return (await ask(url, '/api/health', headers)).status
}

async function bodyOf(url: string, path: string): Promise<string> {
  return (await ask(url, path, {})).body
}

async function upgradeStatus(url: string, headers: Record<string, string>): Promise<number> {
  const upgrade = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  }
  return ask(url, '/rpc', { ...upgrade, ...headers }).then(
    (answer) => answer.status,
    () => 0,
  )
}
