import { createRouterClient, ORPCError } from '@orpc/server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { errorStatus, isErrorCode } from '../../../shared/app-error.ts'
import { openCore, type CoreRun } from '../../../e2e/support/core.ts'
import { router } from './router.ts'
import { withOwnCode } from './typed-errors.ts'

let run: CoreRun

beforeAll(async () => {
  run = await openCore()
})
afterAll(() => run.close())

const clientOf = () => createRouterClient(router, { context: { core: run.core } })
type Client = ReturnType<typeof clientOf>

const none = '0'.repeat(24)
const id = `inst_${none}`
const conversation = `conv_${none}`
const unfit: [string, string, (client: Client) => Promise<unknown>][] = [
  ['an instance without a name', 'name', (client) => client.instances.create({ name: '', cwd: '/' })],
  ['an instance with a wrong variable', 'env.A B', (client) => client.instances.create({ name: 'a', cwd: '/', env: { 'A B': 'c' } })],
  ['too many conversations at once', 'limit', (client) => client.conversations.list({ limit: 501 })],
  ['a cursor before the first message', 'after', (client) => client.conversations.messages({ id: conversation, after: -2 })],
  ['a priority that there is not', 'priority', (client) => client.conversations.send({ id: conversation, text: 'Hi', priority: 10 })],
  [
    'a tag too many',
    'tags',
    (client) => client.conversations.update({ id: conversation, tags: Array.from({ length: 51 }, (_, at) => `t${at}`) }),
  ],
  ['a wait that is too short', 'stallSeconds', (client) => client.settings.update({ stallSeconds: 1 })],
  ['a path that is too long', 'prefix', (client) => client.system.folders({ prefix: 'x'.repeat(4_097) })],
]

describe('input that does not fit is refused with the field that is wrong', () => {
  for (const [what, field, call] of unfit) {
    test(`${what}: ${field}`, async () => {
      await expect(call(clientOf())).rejects.toMatchObject({ code: 'BAD_REQUEST', status: 400, data: { field } })
      await expect(call(clientOf())).rejects.toThrow(new RegExp(`^${field}: .{5,}`))
    })
  }
})

describe('what cannot be done is refused with a code of ours', () => {
  const refused: [string, string, (client: Client) => Promise<unknown>][] = [
    ['an instance that is not there', 'NOT_FOUND', (client) => client.instances.get({ id })],
    ['starting one that is not there', 'NOT_FOUND', (client) => client.instances.start({ id })],
    ['a conversation that is not there', 'NOT_FOUND', (client) => client.conversations.get({ id: conversation })],
    ['a folder that is not there', 'FOLDER_MISSING', (client) => client.instances.create({ name: 'a', cwd: '/not/here' })],
    ['a question that is not asked', 'APPROVAL_GONE', (client) => client.approvals.decide({ id: `appr_${none}`, decision: 'allow' })],
    ['a message that does not wait', 'TASK_GONE', (client) => client.tasks.cancel({ id: `task_${none}` })],
    ['handing to an instance that is not there', 'NOT_FOUND', (client) => client.conversations.create({ instanceId: id })],
  ]
  for (const [what, code, call] of refused) {
    test(`${what}: ${code}`, async () => {
      const status = isErrorCode(code) ? errorStatus[code] : 0
      await expect(call(clientOf())).rejects.toMatchObject({ code, status, defined: true })
      await expect(call(clientOf())).rejects.toThrow(/^[^{]{15,}$/)
    })
  }
  test('nothing was made of what was refused', async () => {
    expect((await clientOf().conversations.list({})).items).toEqual([])
    expect((await clientOf().instances.list()).items).toEqual([])
  })
})

describe('a name among values is refused with what is wrong with it', () => {
  test.each([
    [{ env: { 'A B': '1' } }, 'env.A B', /letters, digits and underscores/],
    [{ mcpServers: { 'a\0b': { command: 'true' } } }, 'mcpServers', /NUL character/],
    [{ mcpServers: { a: { command: 'true', env: { 'X\0': '1' } } } }, 'mcpServers.a.env', /NUL character/],
  ])('%j', async (config, field, words) => {
    const refused = clientOf().instances.create({ name: 'x', cwd: '/', start: false, ...config })
    await expect(refused).rejects.toMatchObject({ code: 'BAD_REQUEST', message: expect.stringMatching(words) as unknown, data: { field } })
  })
})

test('what no program can be given is refused wherever it would be kept', async () => {
  const { settings, mcp, profiles } = clientOf()
  const refused = { code: 'BAD_REQUEST', message: expect.stringMatching(/NUL character/) as unknown }
  await expect(settings.update({ claudePath: '/a\0b' })).rejects.toMatchObject({ ...refused, data: { field: 'claudePath' } })
  await expect(mcp.create({ name: 'x', config: { command: 'a\0b' } })).rejects.toMatchObject({
    ...refused,
    data: { field: 'config.command' },
  })
  await expect(profiles.create({ name: 'x', systemPrompt: 'a\0b' })).rejects.toMatchObject({ ...refused, data: { field: 'systemPrompt' } })
})

describe('errors of the library get a code and a status of ours', () => {
  const theirs: [string, number, string][] = [
    ['METHOD_NOT_SUPPORTED', 405, 'NOT_FOUND'],
    ['NOT_FOUND', 404, 'NOT_FOUND'],
    ['UNSUPPORTED_MEDIA_TYPE', 415, 'BAD_REQUEST'],
    ['UNPROCESSABLE_CONTENT', 422, 'BAD_REQUEST'],
    ['PAYLOAD_TOO_LARGE', 413, 'TOO_LARGE'],
    ['NOT_IMPLEMENTED', 501, 'INTERNAL'],
    ['INTERNAL_SERVER_ERROR', 500, 'INTERNAL'],
  ]
  for (const [code, status, own] of theirs) {
    test(`${code} is ${own}`, () => {
      const error = withOwnCode(new ORPCError(code, { status, message: 'Some words' }))
      expect(error).toMatchObject({ code: own, status: isErrorCode(own) ? errorStatus[own] : 0 })
      expect(error.message.length).toBeGreaterThan(5)
    })
  }
})
