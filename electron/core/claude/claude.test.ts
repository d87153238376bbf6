import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { until, within } from '../../../e2e/support/until.ts'
import { startDemoModel, type DemoModel } from '../../demo/demo-model.ts'
import { runPs } from '../storage/process-identity.ts'
import type { ClaudeEvent, ClaudeExit, ClaudeListener, PermissionAnswer, PermissionQuestion } from './claude-event.ts'
import type { ClaudeProcess, LaunchConfig } from './claude-process.ts'
import { Claude } from './claude.ts'
import { findTranscript } from './session-files.ts'

/** The real program against the demo model, each test with a home of its own. */
const posix = process.platform !== 'win32'
let model: DemoModel
let folder: string
let cwd: string
let claude: Claude
beforeAll(async () => {
  model = await startDemoModel()
})
afterAll(() => model.close())
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bullpen-claude-'))
  cwd = join(folder, 'work')
  await mkdir(cwd)
  await mkdir(join(folder, 'data'))
  claude = openClaude()
})
afterEach(async () => {
  await claude.close()
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
})

function openClaude(): Claude {
  // Nobody listens at this proxy: the demo model has to be reached without it.
  const proxies = { HTTP_PROXY: 'http://127.0.0.1:9', https_proxy: 'http://127.0.0.1:9', ALL_PROXY: 'http://127.0.0.1:9' }
  return new Claude({
    configuredPath: () => null,
    env: { PATH: process.env['PATH'], SystemRoot: process.env['SystemRoot'], HOME: join(folder, 'nobody'), ...proxies },
    dataFolder: join(folder, 'data'),
    demo: () => ({ baseUrl: model.url, home: join(folder, 'home') }),
    log: pino({ level: 'silent' }),
  })
}

type ResultEvent = Extract<ClaudeEvent, { type: 'result' }>

/** A process and all it said. */
class Conversation implements ClaudeListener {
  readonly events: ClaudeEvent[] = []
  readonly exits: ClaudeExit[] = []
  readonly questions: PermissionQuestion[] = []
  #process: ClaudeProcess | null = null
  readonly #answer: (question: PermissionQuestion) => PermissionAnswer

  constructor(answer?: (question: PermissionQuestion) => PermissionAnswer) {
    this.#answer = answer ?? (({ input }) => ({ behavior: 'allow', updatedInput: input }))
  }

  async start(change: Partial<LaunchConfig> = {}): Promise<this> {
    this.#process = await claude.launch({ ...config(), ...change }, this)
    return this
  }

  /** The same with a process that was parked before and takes its folder now. */
  async claim(change: Partial<LaunchConfig> = {}): Promise<this> {
    const parked = await claude.park({ allowedTools: [], disallowedTools: [], env: {}, mayBypass: false }, this)
    this.#process = parked
    await parked.claim({ ...config(), ...change })
    return this
  }

  get process(): ClaudeProcess {
    if (this.#process === null) throw new Error('It was not started.')
    return this.#process
  }

  onEvent(event: ClaudeEvent): void {
    this.events.push(event)
  }

  onPermission(question: PermissionQuestion): Promise<PermissionAnswer> {
    this.questions.push(question)
    return Promise.resolve(this.#answer(question))
  }

  onExit(exit: ClaudeExit): void {
    this.exits.push(exit)
  }

  send(text: string): void {
    this.process.send({ uuid: randomUUID(), text, images: [] })
  }

  async turn(text: string): Promise<ResultEvent> {
    const before = this.results().length
    this.send(text)
    return until(`the result of "${text}"`, () => this.results()[before])
  }

  results(): ResultEvent[] {
    return this.events.filter((event) => event.type === 'result')
  }

  /** What is said for good, of the main thread. */
  words(): string {
    const blocks = this.events.flatMap((event) => (event.type === 'assistant' ? event.blocks : []))
    return blocks.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join(' ')
  }

  async streaming(): Promise<void> {
    await until('the first words', () => this.events.some(({ type }) => type === 'delta'))
  }
}

function refusalOf(action: () => void): unknown {
  try {
    action()
    return null
  } catch (thrown) {
    return thrown
  }
}

const config = (): LaunchConfig => ({
  cwd,
  permissionMode: 'default',
  allowedTools: [],
  disallowedTools: [],
  mcpServers: {},
  addDirs: [],
  env: {},
})

test('a prompt is streamed and answered, and the process ends when asked', async () => {
  const conversation = await new Conversation().start({
    env: { ANTHROPIC_BASE_URL: 'http://127.0.0.1:9', HTTPS_PROXY: 'http://127.0.0.1:9' },
  })
  const result = await conversation.turn('[echo: All is well.]')
  expect(result).toMatchObject({ ok: true, interrupted: false, error: null, text: 'All is well.' })
  expect(result.usage.output).toBeGreaterThan(0)
  expect(conversation.process.sessionId).toBe(result.sessionId)
  const deltas = conversation.events.flatMap((event) => (event.type === 'delta' ? [event.text] : []))
  expect(deltas.join('')).toBe('All is well.')
  expect((await conversation.process.usage())?.memoryMb).toBeGreaterThan(10)
  expect(await conversation.process.stop()).toMatchObject({ expected: true })
  expect(conversation.exits).toHaveLength(1)
  expect(() => conversation.send('Hello?')).toThrow('The process has ended')
  expect(await readdir(join(folder, 'data', 'processes'))).toEqual([])
})

test('a tool runs as it was allowed, or not at all, and an interruption keeps what was said', async () => {
  const conversation = await new Conversation(({ input }) => {
    if (JSON.stringify(input).includes('forbidden')) return { behavior: 'deny', message: 'Not that.', interrupt: false }
    return { behavior: 'allow', updatedInput: { ...input, command: 'echo changed > allowed.txt' } }
  }).start()
  await conversation.turn('[bash: echo hi > allowed.txt]')
  await conversation.turn('[bash: echo hi > forbidden.txt]')
  expect(conversation.questions.map(({ tool }) => tool)).toEqual(['Bash', 'Bash'])
  expect(await readdir(cwd)).toEqual(['allowed.txt'])
  expect(await readFile(join(cwd, 'allowed.txt'), 'utf8')).toBe('changed\n')
  conversation.events.length = 0
  await conversation.process.interrupt()
  conversation.send('[long 5000] [rate 100]')
  await conversation.streaming()
  await conversation.process.interrupt()
  const result = await until('the interrupted turn', () => conversation.results()[0])
  expect(result).toMatchObject({ ok: false, interrupted: true, error: null })
  expect(conversation.words()).not.toBe('')
  expect(await conversation.turn('[echo: Still here.]')).toMatchObject({ ok: true, text: 'Still here.' })
})

test.each(['launched', 'claimed'] as const)(
  'a question says where the call would run, once a command has moved there (%s)',
  async (how) => {
    const conversation = await (how === 'launched' ? new Conversation().start() : new Conversation().claim())
    await conversation.turn(`Go there [bash: mkdir -p moved-${how} && cd moved-${how} && touch a]`)
    await conversation.turn('Write there [bash: touch b] [agent: Make one too [bash: touch c]]')
    // The sub-agent works in the background: it may ask when the turn has ended.
    await until('all questions', () => conversation.questions.length === 3)
    const asked = conversation.questions.map(({ folder: where }) => where)
    expect(asked.slice(0, 2)).toEqual([await realpath(cwd), await realpath(join(cwd, `moved-${how}`))])
    expect(asked.every((where) => where !== null)).toBe(true)
    // Who asks is named, where it is not Claude itself.
    expect(conversation.questions.map(({ facts }) => facts?.agent)).toEqual([
      undefined,
      undefined,
      { type: 'general-purpose', description: 'Look around' },
    ])
    await conversation.process.stop()
  },
)

test('a session is resumed by one alone, and forked at a message by anybody', async () => {
  const first = await new Conversation().start()
  await first.turn('[remember: the lighthouse]')
  const { sessionId } = await first.turn('[echo: Later.]')
  const said = first.events.find((event) => event.type === 'assistant')
  await expect(new Conversation().start({ resume: sessionId })).rejects.toMatchObject({ code: 'SESSION_IN_USE' })
  await first.process.stop()

  const rivals = [new Conversation(), new Conversation()]
  const started = await Promise.allSettled(rivals.map((rival) => rival.start({ resume: sessionId })))
  expect(started.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  expect(started.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'SESSION_IN_USE' } })
  const winner = started[0]?.status === 'fulfilled' ? rivals[0] : rivals[1]
  expect(await winner?.turn('[recall]')).toMatchObject({ ok: true, sessionId, text: 'You told me to remember: the lighthouse' })

  const fork = await new Conversation().start({ resume: sessionId, forkAt: said?.type === 'assistant' ? said.uuid : '' })
  const forked = await fork.turn('[count]')
  expect(forked).toMatchObject({ ok: true, text: 'I can see 2 messages of yours.' })
  expect(forked.sessionId).not.toBe(sessionId)
  expect(await claude.sessionHas(sessionId, cwd, said?.type === 'assistant' ? said.uuid : '')).toBe(true)
})

test("turns add up to Claude Code's own sum of a session, over a resume and a fork", async () => {
  const first = await new Conversation().start()
  const turns = [await first.turn('[rate 0] one'), await first.turn('[rate 0] two')]
  const [{ sessionId } = { sessionId: '' }] = turns
  await first.process.stop()
  const second = await new Conversation().start({ resume: sessionId })
  turns.push(await second.turn('[rate 0] three'))
  await second.process.stop()
  const sum = await ownSum(sessionId)
  const spent = (all: readonly { costUsd: number | null }[]) => all.reduce((total, { costUsd }) => total + (costUsd ?? Number.NaN), 0)
  expect(spent(turns)).toBeGreaterThan(0)
  expect(spent(turns)).toBeCloseTo(sum.totalCostUSD, 9)
  const tokens = Object.values(sum.modelUsage).reduce((total, { inputTokens, outputTokens }) => total + inputTokens + outputTokens, 0)
  expect(turns.reduce((total, { usage: { input, output } }) => total + input + output, 0)).toBe(tokens)
  const said = second.events.findLast(({ type }) => type === 'assistant')
  const fork = await new Conversation().start({ resume: sessionId, forkAt: said?.type === 'assistant' ? said.uuid : '' })
  const forked = await fork.turn('[rate 0] four')
  await fork.process.stop()
  // A fork takes the sum of its origin along.
  expect((await ownSum(forked.sessionId)).totalCostUSD - sum.totalCostUSD).toBeCloseTo(forked.costUsd ?? Number.NaN, 9)
})

/** What Claude Code wrote down last that a session has cost. */
async function ownSum(sessionId: string) {
  const path = await findTranscript(join(folder, 'home', '.claude'), sessionId)
  const lines = (await readFile(path ?? '', 'utf8')).split('\n').filter((line) => line.includes('"cost-state"'))
  const usage = z.object({ inputTokens: z.number(), outputTokens: z.number() })
  return z.object({ totalCostUSD: z.number(), modelUsage: z.record(z.string(), usage) }).parse(JSON.parse(lines.at(-1) ?? '{}'))
}

test('a process begins another session that knows nothing of the first, has its own costs, and leaves the first to others', async () => {
  const conversation = await new Conversation().start()
  const { sessionId, costUsd } = await conversation.turn('[remember: the lighthouse] [rate 0]')
  await conversation.turn('[bash: mkdir sub && cd sub]')
  conversation.events.length = 0
  expect(await conversation.process.clear()).toBe(true)
  // That nothing runs in the background is said, and begins no turn.
  expect(conversation.events.filter(({ type }) => type !== 'background')).toEqual([])
  expect(conversation.process.sessionId).not.toBe(sessionId)
  expect(conversation.process.hasHeld(sessionId)).toBe(true)
  const asked = await conversation.turn('[recall] [rate 0]')
  expect(asked).toMatchObject({ ok: true, text: 'You have not told me anything to remember.' })
  expect(asked.sessionId).toBe(conversation.process.sessionId)
  // One request each, of nearly the same length.
  expect(asked.costUsd ?? 0).toBeGreaterThan((costUsd ?? 0) / 2)
  expect(asked.costUsd ?? 0).toBeLessThan((costUsd ?? 0) * 2)
  await conversation.turn('[bash: pwd > where.txt]')
  expect((await readFile(join(cwd, 'where.txt'), 'utf8')).trim()).toBe(cwd)
  const other = await new Conversation().start({ resume: sessionId })
  expect(await other.turn('[recall]')).toMatchObject({ sessionId, text: 'You told me to remember: the lighthouse' })
})

test('a session that a process begins later knows the newest commit, also where it takes as long as on a busy machine', async () => {
  const git = (...args: string[]) => execa('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.com', ...args], { cwd })
  const commit = async (subject: string) => {
    await git('commit', '--allow-empty', '-m', subject)
  }
  await git('init', '-b', 'main')
  await commit('The first one')
  const conversation = await new Conversation().start()
  await conversation.turn('[echo: One.] [rate 0]')
  await commit('The second one')
  const cleared = conversation.process.clear()
  if (posix) await frozenFor(3_300, conversation.process)
  expect(await cleared).toBe(true)
  const { sessionId } = await conversation.turn('[echo: Two.] [rate 0]')
  await conversation.process.stop()
  const projects = join(folder, 'home', '.claude', 'projects')
  const [slug = ''] = await readdir(projects)
  expect(await readFile(join(projects, slug, `${sessionId}.jsonl`), 'utf8')).toContain('The second one')
})

/** Longer than a session was once given to begin. */
async function frozenFor(ms: number, process: ClaudeProcess): Promise<void> {
  await process.freeze()
  await new Promise((resolve) => setTimeout(resolve, ms))
  await process.thaw()
}

test('no other session begins while a turn runs, where the folder reads differently now, or where a tool left something behind', async () => {
  const busy = await new Conversation().start()
  busy.send('[long 5000] [rate 60]')
  await busy.streaming()
  expect(await busy.process.clear()).toBe(false)
  await busy.process.interrupt()
  await until('the end', () => busy.results()[0])
  await busy.turn('[agent: look around] [rate 0]')
  expect(await busy.process.clear()).toBe(false)
  expect(await busy.turn('[count]')).toMatchObject({ ok: true, sessionId: busy.process.sessionId })

  const old = await new Conversation().start()
  expect(await old.process.canClear()).toBe(true)
  await writeFile(join(cwd, 'CLAUDE.md'), 'Everything is different now.')
  expect(await old.process.isCurrent()).toBe(false)
  expect(await old.process.clear()).toBe(false)
  await old.process.stop()
  expect(await old.process.canClear()).toBe(false)
})

test('a session that is gone is told at once, and so is a folder', async () => {
  await expect(new Conversation().start({ resume: randomUUID() })).rejects.toMatchObject({ code: 'SESSION_GONE' })
  await expect(new Conversation().start({ cwd: join(folder, 'none') })).rejects.toMatchObject({ code: 'FOLDER_MISSING' })
})

test.runIf(posix)('a process that is killed takes its tools along', async () => {
  const conversation = await new Conversation().start()
  const watched = join(cwd, 'watched')
  conversation.send(`[bash: touch ${watched} && tail -f ${watched}]`)
  const isRunning = async () => (await runPs(['-axo', 'args='])).split('\n').some((line) => line.trim() === `tail -f ${watched}`)
  await until('the tool', isRunning)
  process.kill(conversation.process.pid, 'SIGKILL')
  const [exit] = await until('the end', () => conversation.exits.length > 0 && conversation.exits)
  expect(exit).toMatchObject({ expected: false, exitCode: null, signal: 'SIGKILL' })
  expect(await isRunning()).toBe(false)
  expect(() => conversation.send('Hello?')).toThrow('The process has ended')
  expect(await readdir(join(folder, 'data', 'processes'))).toEqual([])
})

test.runIf(posix)('a prompt is refused from the moment that the process died of a signal', async () => {
  const conversation = await new Conversation().start()
  process.kill(conversation.process.pid, 'SIGKILL')
  const refusal = await until('the refusal', () => refusalOf(() => conversation.send('Hello?')))
  expect(refusal).toMatchObject({ code: 'STATE_CONFLICT' })
  expect(conversation.exits).toEqual([])
})

test.runIf(posix)('a frozen process says nothing, and goes on where it was', async () => {
  const conversation = await new Conversation().start()
  conversation.send('[long 120] [rate 60]')
  await conversation.streaming()
  await conversation.process.freeze()
  const { pid } = conversation.process
  expect((await runPs(['-o', 'stat=', '-p', String(pid)])).trim()).toMatch(/^T/)
  await conversation.process.thaw()
  const result = await until('the result', () => conversation.results()[0])
  expect(result).toMatchObject({ ok: true })
  expect(result.text.split(/\s+/).length).toBeGreaterThanOrEqual(120)
})

test.runIf(posix)('a frozen process can be ended', async () => {
  const conversation = await new Conversation().start()
  conversation.send('[long 5000] [rate 60]')
  await conversation.streaming()
  await conversation.process.freeze()
  expect(await within(8_000, 'the end', conversation.process.stop())).toMatchObject({ expected: true })
})

test('a disk that takes no records and a listener that fails keep nobody from working or from ending', async () => {
  await writeFile(join(folder, 'data', 'processes'), '')
  const conversation = new Conversation()
  conversation.onExit = () => {
    throw new Error('The listener failed.')
  }
  await conversation.start()
  expect(await conversation.turn('[echo: Works.]')).toMatchObject({ ok: true, text: 'Works.' })
  expect(await conversation.process.stop()).toMatchObject({ expected: true })
})

test('a parked process takes folder, permissions and system prompt when it is claimed, and works there', async () => {
  const conversation = await new Conversation().claim({ appendSystemPrompt: 'Be brief.' })
  await conversation.turn('[bash: pwd > where.txt]')
  expect((await readFile(join(cwd, 'where.txt'), 'utf8')).trim()).toBe(cwd)
  expect(conversation.questions).toHaveLength(1)
  expect(await conversation.turn('[recall]')).toMatchObject({ ok: true })
  expect(await conversation.process.stop()).toMatchObject({ expected: true })
  expect(await readdir(join(folder, 'data', 'processes'))).toEqual([])
})

test('a folder whose settings a parked process cannot take is refused, and so is one that is gone; nothing stays behind', async () => {
  await mkdir(join(cwd, '.claude'))
  await writeFile(join(cwd, '.claude', 'settings.json'), JSON.stringify({ env: { OWN: 'yes' } }))
  const refused = new Conversation()
  await expect(refused.claim()).rejects.toThrow('project_settings_not_claimable')
  await expect(new Conversation().claim({ cwd: join(folder, 'gone') })).rejects.toMatchObject({ code: 'FOLDER_MISSING' })
  await refused.process.stop()
  await claude.close()
  expect(await readdir(join(folder, 'data', 'processes'))).toEqual([])
})
