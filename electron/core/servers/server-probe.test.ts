import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startMcpHttp } from '../../../e2e/fixtures/mcp-http.ts'
import { isAlive } from '../../../e2e/support/processes.ts'
import type { McpServer } from '../../../shared/domain/instance.ts'
import { markerName } from '../claude/environment.ts'
import { ProcessRecords } from '../claude/process-records.ts'
import { ServerProbe } from './server-probe.ts'

const fixture = (name: string) => resolve(import.meta.dirname, `../../../e2e/fixtures/${name}.ts`)
let folder: string
let remote: Awaited<ReturnType<typeof startMcpHttp>>
let probe: ServerProbe
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bullpen-probe-'))
  remote = await startMcpHttp()
  probe = new ServerProbe({
    records: new ProcessRecords(join(folder, 'processes')),
    version: '0.0.0',
    environment: (_cwd, _servers, marker) => Promise.resolve({ PATH: process.env['PATH'] ?? '', [markerName]: marker }),
    mask: (text) => text.replaceAll('hunter2', '•••'),
  })
})
afterAll(async () => {
  await remote.close()
  await rm(folder, { recursive: true, force: true })
})

const test = (config: McpServer, timeoutSeconds = 20) => probe.test({ name: 'x', config, cwd: folder, timeoutSeconds })
const program = (name: string, args: string[] = [], env: Record<string, string> = {}) => ({
  command: process.execPath,
  args: [fixture(name), ...args],
  env,
})

it('a program is really started, its tools are listed, and nothing of it is left', async () => {
  const notes = join(folder, 'pids')
  const works = await test(program('mcp-env', ['talks'], { MCP_NOTES: notes }))
  expect(works).toMatchObject({
    works: true,
    state: 'works',
    message: 'It works. It has 1 tool.',
    server: { name: 'env', version: '1' },
    ended: null,
  })
  expect(works.tools).toEqual([{ name: 'length', description: 'The length of a variable', readOnly: true }])
  expect(works.output).toBe('Server is starting...\n')
  const hangs = await test(program('mcp-hangs'), 1)
  expect(hangs).toMatchObject({ works: false, state: 'timeout' })
  expect(hangs.message).toContain('No answer within 1 s')
  const pids = (await readFile(notes, 'utf8')).trim().split('\n').map(Number)
  expect(pids.map(isAlive)).toEqual([false])
})

it('what goes wrong is said with the output of the program, secrets taken out', async () => {
  const fails = await test(program('mcp-env', ['fails'], { DATABASE_URL: 'db://ada:hunter2@x' }))
  expect(fails).toMatchObject({ works: false, state: 'failed', ended: 'exit code 3', output: 'no database at db://ada:•••@x\n' })
  expect(fails.message).toBe('It does not work: it ended before it answered (exit code 3).')
  const missing = await test({ command: 'no-such-program-here' })
  expect(missing.message).toContain('the program “no-such-program-here” was not found on your PATH')
})

it.each([
  ['http', '/mcp', 'works', 'It works. It has 2 tools.'],
  ['http', '/json', 'works', 'It works. It has 2 tools.'],
  ['http', '/moved', 'works', 'It works. It has 2 tools.'],
  ['sse', '/sse', 'works', 'It works. It has 2 tools.'],
  [
    'http',
    '/locked',
    'needs-auth',
    'The server answers and wants you to sign in. Save it, then sign in from “MCP servers” of a conversation.',
  ],
  ['http', '/away', 'failed', 'It does not work: it redirects to another server, http://127.0.0.1:9; if that is right, use its address.'],
  ['http', '/nothing', 'failed', 'It does not work: it answered 404 (Not here); check the address.'],
  ['sse', '/json', 'failed', 'It does not work: it does not answer with a stream of events; try the type “http”.'],
] as const)('%s %s: %s', async (type, path, state, message) => {
  expect(await test({ type, url: `${remote.url}${path}` })).toMatchObject({ state, message, output: '' })
})

it('an address where nothing is, and one that never answers', async () => {
  expect((await test({ type: 'http', url: 'http://127.0.0.1:10999/mcp' })).message).toContain('nothing listens at this address')
  expect((await test({ type: 'http', url: `${remote.url}/hangs` }, 1)).state).toBe('timeout')
})

it('who asked may go: what was started is ended at once, and a second test beside it goes on', async () => {
  const notes = join(folder, 'stopped')
  const stop = new AbortController()
  const first = probe.test(
    { name: 'x', config: program('mcp-env', [], { MCP_NOTES: notes, MCP_SILENT: 'yes' }), timeoutSeconds: 60 },
    stop.signal,
  )
  const second = test(program('mcp-env', ['talks']))
  await expect.poll(() => readFile(notes, 'utf8').catch(() => '')).toMatch(/\d+\n/)
  stop.abort()
  expect(await first).toMatchObject({ works: false, state: 'failed', message: 'The test was stopped.' })
  expect(isAlive(Number((await readFile(notes, 'utf8')).trim()))).toBe(false)
  expect(await second).toMatchObject({ works: true })
  const never = join(folder, 'never')
  expect(
    (await probe.test({ name: 'x', config: program('mcp-env', [], { MCP_NOTES: never }), timeoutSeconds: 60 }, stop.signal)).message,
  ).toBe('The test was stopped.')
  await expect(readFile(never)).rejects.toMatchObject({ code: 'ENOENT' })
})

it.each([
  ['lines that are no messages', ['-e', 'const s = "junk\\n".repeat(10_000); const go = () => process.stdout.write(s, go); go()']],
  ['one line without an end', ['-e', 'const s = "x".repeat(60_000); const go = () => process.stdout.write(s, go); go()']],
])('a flood is not listened to: %s', async (_name, args) => {
  const before = process.cpuUsage()
  const { state, message } = await test({ command: process.execPath, args })
  expect({ state, message }).toEqual({ state: 'failed', message: 'It does not work: what it writes to its output is no MCP message.' })
  const { user, system } = process.cpuUsage(before)
  expect((user + system) / 1_000).toBeLessThan(1_500)
})

it('a list of more tools than anyone has is counted, and what a server says is told without secrets', async () => {
  const many = await test(program('mcp-env', [], { MCP_TOOLS: '150000', MCP_SAYS: 'hunter2' }))
  expect(many).toMatchObject({ works: true, message: 'It works. It has 150,000 tools.', toolsOmitted: 149_800 })
  expect(many.tools).toHaveLength(200)
  expect(JSON.stringify(many)).not.toContain('hunter2')
})

it.each([
  ['./server', `there is no program “./server” in FOLDER, where this test runs; an instance starts it in its own folder`],
  ['~/server', 'there is no program “~/server”; write out the path, “~” is not filled in here'],
  ['/none/server', 'there is no program “/none/server”'],
])('a program that is not there: %s', async (command, words) => {
  expect((await test({ command })).message).toBe(`It does not work: ${words.replace('FOLDER', folder)}.`)
})

it('what cannot be sent or started is told without its value', async () => {
  const url = `${remote.url}/mcp`
  expect((await test({ type: 'http', url, headers: { 'X-Key': 'a🔑' } })).message).toBe(
    'It does not work: one of its headers holds a character that cannot be sent; write it on one line, without accents or emoji.',
  )
  expect((await test({ type: 'http', url: url.replace('//', '//ada:hunter2@') })).message).toBe(
    'It does not work: its address holds a name and a password; put them into a header.',
  )
  expect((await test({ command: process.execPath, args: ['a\0b'] })).message).toBe(
    'It does not work: its command, arguments or environment hold a NUL character; take it out.',
  )
})
