import path from 'node:path'
import { errorInfoSchema, type ErrorInfo } from '../../shared/app-error.ts'
import { instanceSchema, type Instance } from '../../shared/domain/instance.ts'
import { App, runCli, type AppFolders } from '../support/app.ts'
import { isAlive, processesOf } from '../support/processes.ts'
import { readyInstance } from '../support/stories.ts'
import { expect, test } from '../support/test.ts'
import { until } from '../support/until.ts'

const fixture = (name: string): string => path.join(import.meta.dirname, '..', 'fixtures', `${name}.ts`)
const startWith = (folders: AppFolders, name: string): Promise<App> => App.start({ folders, settings: { claudePath: fixture(name) } })

/** What a person is told about an instance that cannot start. Some faults are seen before it is made. */
async function failedStart(app: App): Promise<{ instance: Instance | null; error: ErrorInfo | undefined }> {
  const answer = await app.api.raw('POST', '/instances', { name: 'Unlucky', cwd: app.folders.work })
  if (answer.status >= 400) return { instance: null, error: errorInfoSchema.parse(answer.body) }
  const { id } = instanceSchema.parse(answer.body)
  const instance = await app.api.instanceWhen(id, 'it to fail', (one) => one.state === 'failed')
  expect(instance.process).toBeNull()
  return { instance, error: instance.error }
}

test.describe('a claude that is broken', () => {
  const broken = [
    { name: 'claude-exits', what: 'ends at once', code: 'CLAUDE_EXITED', words: /the installation is broken/ },
    { name: 'claude-too-old', what: 'is too old', code: 'CLAUDE_TOO_OLD', words: /1\.0\.44.*claude update/ },
    { name: 'not-claude', what: 'is another program', code: 'CLAUDE_EXITED', words: /is not Claude Code.*Settings/ },
    { name: 'missing', what: 'is not there', code: 'CLAUDE_MISSING', words: /There is no file/ },
    { name: 'mcp-hangs', what: 'may not be executed', code: 'CLAUDE_NOT_EXECUTABLE', words: /chmod \+x/ },
  ]
  for (const { name, what, code, words } of broken) {
    test(`${what}: it is said, and another choice mends it`, async ({ folders }) => {
      const app = await startWith(folders, name)
      const { instance, error } = await failedStart(app)
      expect(error).toMatchObject({ code, message: expect.stringMatching(words) })
      expect(await app.api.instances()).toHaveLength(instance === null ? 0 : 1)
      await app.api.raw('PATCH', '/settings', { claudePath: null })
      const mended =
        instance === null ? await app.api.spawn({ name: 'Lucky', cwd: folders.work }) : await app.api.act(instance.id, 'restart')
      await app.api.instanceWhen(mended.id, 'it to be idle', (one) => one.state === 'idle')
      const conversation = await app.api.createConversation({ instanceId: mended.id })
      expect(await app.api.ask(conversation.id, 'Hello')).toMatchObject({ outcome: 'done' })
      await app.quit()
    })
  }

  test('breaks between two messages: the second is kept with the reason, and one call sends it when it is mended', async ({ folders }) => {
    const app = await App.start({ folders })
    const { instance, conversation } = await readyInstance(app)
    await app.api.act(instance.id, 'stop')
    await app.api.raw('PATCH', '/settings', { claudePath: fixture('claude-exits') })
    const turn = await app.api.ask(conversation.id, 'Kept')
    expect(turn).toMatchObject({ outcome: 'failed', error: { code: 'CLAUDE_EXITED' } })
    expect(await app.api.messages(conversation.id)).toMatchObject([{ role: 'user', text: 'Kept', turnId: turn.id }])
    await app.api.raw('PATCH', '/settings', { claudePath: null })
    await app.api.act(instance.id, 'restart')
    expect(await app.api.continue(conversation.id)).toMatchObject({ outcome: 'done' })
    expect((await app.api.messages(conversation.id)).filter(({ text }) => text === 'Kept')).toHaveLength(1)
    await app.quit()
  })

  for (const clears of ['never', 'same']) {
    test(`asked to begin another session, it does so ${clears === 'never' ? 'never' : 'in name only'}: a new process does`, async ({
      folders,
    }) => {
      const app = await startWith(folders, 'claude-scripted')
      const { instance, conversation } = await readyInstance(app, { env: { CLEARS: clears } })
      await app.api.ask(conversation.id, 'One')
      const before = (await app.api.instance(instance.id)).process?.pid
      const other = await app.api.createConversation({ instanceId: instance.id })
      expect(await app.api.ask(other.id, 'Two')).toMatchObject({ outcome: 'done', text: 'Done: Two', timing: { origin: 'cold' } })
      expect((await app.api.instance(instance.id)).process?.pid).not.toBe(before)
      expect((await app.api.messages(conversation.id)).map(({ text }) => text)).toEqual(['One', 'Done: One'])
      await app.quit()
    })
  }

  test('never answers: it can be stopped at once, and otherwise says so after its time', async ({ folders }) => {
    const app = await startWith(folders, 'claude-hangs')
    const { id } = await app.api.spawn({ name: 'Impatient', cwd: folders.work })
    const starting = await app.api.instanceWhen(id, 'its process', (one) => one.state === 'starting')
    expect(starting.error).toBeUndefined()
    const began = performance.now()
    await app.api.act(id, 'stop')
    await app.api.instanceWhen(id, 'it to be stopped', (one) => one.state === 'stopped')
    expect(performance.now() - began).toBeLessThan(6_000)
    const { error, instance } = await failedStart(app)
    expect(error).toMatchObject({ code: 'CLAUDE_START_TIMEOUT' })
    // It would be tried again by itself.
    if (instance) await app.api.act(instance.id, 'stop')
    expect(processesOf(folders.root).filter(({ command }) => command.includes('claude-hangs'))).toEqual([])
    await app.quit()
  })

  test('writes words, bad UTF-8, half an object and 100 MB: all four are counted and the conversation goes on', async ({ folders }) => {
    const app = await startWith(folders, 'claude-noisy')
    const { instance, conversation } = await readyInstance(app)
    expect(await app.api.ask(conversation.id, 'Hello')).toMatchObject({ outcome: 'done' })
    const after = await app.api.instanceWhen(instance.id, 'the count', (one) => one.skippedLines > 0)
    expect(after.skippedLines).toBe(4)
    expect((await app.api.health()).core.memoryMb).toBeLessThan(400)
    await app.quit()
  })

  test('dies in the middle of an answer: the turn is lost, its words are kept, the instance is back, and one call goes on', async ({
    folders,
  }) => {
    const app = await startWith(folders, 'claude-dies')
    const { instance, conversation } = await readyInstance(app)
    const turn = await app.api.ask(conversation.id, 'Tell me [long 300] [rate 100]')
    expect(turn).toMatchObject({ outcome: 'lost', error: { code: 'TURN_LOST' } })
    const said = await app.api.messages(conversation.id)
    expect(said.map(({ role }) => role)).toContain('user')
    expect(said.find((message) => message.partial)?.text.length).toBeGreaterThan(0)
    await app.api.instanceWhen(instance.id, 'it to be back', (one) => one.state === 'idle')
    expect(await app.api.continue(conversation.id)).toMatchObject({ outcome: 'done' })
    await app.quit()
  })

  test('ignores every polite signal and leaves a process behind: both are ended', async ({ folders }) => {
    const app = await startWith(folders, 'claude-stubborn')
    const { instance, conversation } = await readyInstance(app)
    await app.api.ask(conversation.id, 'Hello')
    const before = await app.api.instance(instance.id)
    expect(processesOf(folders.root).some(({ command }) => command === 'sleep 1000')).toBe(true)
    await app.api.act(instance.id, 'stop')
    await app.api.instanceWhen(instance.id, 'it to be stopped', (one) => one.state === 'stopped')
    await until('both to end', () => processesOf(folders.root).every(({ pid }) => pid === app.pid))
    expect(isAlive(before.process?.pid ?? 0)).toBe(false)
    await app.quit()
  })
})

test.describe('a model that is in trouble', () => {
  const failures = [
    { directive: '[401]', code: 'NOT_LOGGED_IN' },
    { directive: '[429]', code: 'RATE_LIMITED' },
    { directive: '[529]', code: 'OVERLOADED' },
    { directive: '[500]', code: 'MODEL_ERROR' },
    { directive: '[400]', code: 'REQUEST_REFUSED' },
    { directive: '[404]', code: 'MODEL_NOT_FOUND' },
    // Claude Code tries to shorten the conversation first.
    { directive: '[413]', code: 'TOO_LARGE', withinMs: 10_000 },
  ]

  test('each refusal has its own code and a sentence within two seconds, and the next message is answered', async ({ app }) => {
    const { instance, conversation } = await readyInstance(app)
    await app.api.ask(conversation.id, 'Hello')
    for (const { directive, code, withinMs = 2_000 } of failures) {
      const began = performance.now()
      const turn = await app.api.ask(conversation.id, `Try ${directive}`)
      expect(turn, directive).toMatchObject({ outcome: 'failed', error: { code } })
      expect(turn.error?.message, directive).toMatch(/\. .*\.$/)
      expect(performance.now() - began, directive).toBeLessThan(withinMs)
    }
    expect(await app.api.ask(conversation.id, 'Again')).toMatchObject({ outcome: 'done' })
    const prompts = (await app.api.messages(conversation.id)).filter(({ role }) => role === 'user').map(({ text }) => text)
    expect(prompts).toEqual(['Hello', ...failures.map(({ directive }) => `Try ${directive}`), 'Again'])
    expect((await app.api.instance(instance.id)).state).toBe('idle')
  })

  test('overloaded twice: it is tried again by itself, and the answer comes', async ({ app }) => {
    const { conversation } = await readyInstance(app)
    const turn = await app.api.ask(conversation.id, 'Try [529 2]')
    expect(turn).toMatchObject({ outcome: 'done', retries: 2 })
  })

  test('a stream that is cut again and again: Stop ends it within a second and its words are kept', async ({ app }) => {
    const { instance, conversation } = await readyInstance(app)
    const events = await app.api.conversationEvents(conversation.id)
    const turn = app.api.ask(conversation.id, 'Tell me [long 100] [cut always]')
    await events.waitFor('the first words', (event) => event.type === 'delta')
    const began = performance.now()
    await app.api.act(instance.id, 'interrupt')
    expect((await turn).outcome).toBe('interrupted')
    expect(performance.now() - began).toBeLessThan(1_000)
    events.close()
    const said = (await app.api.messages(conversation.id)).at(-1)
    expect(said?.role).toBe('assistant')
    expect(said?.text.length).toBeGreaterThan(0)
    expect(await app.api.ask(conversation.id, 'Hello')).toMatchObject({ outcome: 'done' })
  })

  test('a stream that is cut once: the answer is whole and is there once', async ({ app }) => {
    const { conversation } = await readyInstance(app)
    const turn = await app.api.ask(conversation.id, 'Tell me [long 100] [rate 0] [cut]')
    expect(turn).toMatchObject({ outcome: 'done' })
    const answers = (await app.api.messages(conversation.id)).filter(({ role }) => role === 'assistant')
    expect(answers.map(({ text }) => text.split(/\s+/).length)).toEqual([expect.any(Number)])
    expect(answers[0]?.text).toBe(turn.text)
  })
})

test.describe('silence', () => {
  test.use({ appOptions: { settings: { stallSeconds: 5 } } })

  test('is shown as stalled, is over when Stop is pressed, and the conversation goes on', async ({ app }) => {
    const { instance, conversation } = await readyInstance(app)
    const turn = app.api.ask(conversation.id, 'Say nothing [silence]')
    const stalled = await app.api.instanceWhen(instance.id, 'it to be stalled', (one) => one.stalledSince !== null, 12_000)
    expect(stalled.state).toBe('busy')
    await app.api.act(instance.id, 'interrupt')
    expect(await turn).toMatchObject({ outcome: 'interrupted' })
    expect((await app.api.instance(instance.id)).stalledSince).toBeNull()
    expect(await app.api.ask(conversation.id, 'Hello')).toMatchObject({ outcome: 'done' })
  })

  test('an MCP server that does not answer is named while Claude waits for it', async ({ app }) => {
    const server = { command: process.execPath, args: [fixture('mcp-hangs')] }
    const { conversation } = await readyInstance(app, { mcpServers: { hangs: server } })
    const events = await app.api.conversationEvents(conversation.id)
    await app.api.send(conversation.id, 'Hello')
    const said = await events.waitFor('a word about it', (event) => event.type === 'notice' && event.notice.code === 'MCP_SLOW', 4_000)
    expect(said).toMatchObject({ notice: { message: expect.stringContaining('hangs') as unknown } })
    events.close()
  })

  test('an MCP server that never answers keeps nobody from working', async ({ app }) => {
    const server = { command: process.execPath, args: [fixture('mcp-hangs')] }
    const { instance, conversation } = await readyInstance(app, { mcpServers: { hangs: server }, env: { MCP_TIMEOUT: '3000' } })
    expect(await app.api.ask(conversation.id, 'Hello')).toMatchObject({ outcome: 'done' })
    await app.api.act(instance.id, 'stop')
    await until('the server to end', () => processesOf(app.folders.root).every(({ pid }) => pid === app.pid))
  })
})

test.describe('a data folder that cannot be written', () => {
  test('is named in one sentence and the app ends', async ({ folders }) => {
    const { exit, output } = await runCli(folders, ['serve', '--port', '0', '--demo'], { BULLPEN_HOME: '/sys/bullpen' })
    expect(exit).not.toBe(0)
    expect(output).toContain('/sys/bullpen')
    expect(output).not.toContain('    at ')
  })
})
