import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Conversation } from '../../../shared/domain/conversation.ts'
import { instanceConfigSchema } from '../../../shared/domain/instance.ts'
import type { Message } from '../../../shared/domain/message.ts'
import { openCore, type CoreRun } from '../../../e2e/support/core.ts'
import { until } from '../../../e2e/support/until.ts'
import { shellFor } from './shell-process.ts'

let run: CoreRun
let conversation: Conversation
beforeAll(async () => {
  run = await openCore()
  const config = instanceConfigSchema.parse({ name: 'shell', cwd: run.folders.work, env: { OF_INSTANCE: 'yes' } })
  const instance = await run.core.pool.instances.create({ ...config, start: false })
  conversation = await run.core.conversations.create({ instanceId: instance.id })
})
afterAll(() => run.close())

async function ran(command: string) {
  return (await run.core.shell.run(conversation.id, command)).done
}

async function lastMessage(): Promise<Message | undefined> {
  return (await run.core.conversations.messages(conversation.id, { limit: 10, superseded: false })).items.at(-1)
}

test('a command runs in the folder, with the variables of the instance, and what it said is in the thread and in the draft', async () => {
  const shell = await ran('pwd; echo "$OF_INSTANCE"; echo wrong >&2; exit 3')
  expect(shell).toEqual({
    type: 'shell',
    command: 'pwd; echo "$OF_INSTANCE"; echo wrong >&2; exit 3',
    stdout: `${run.folders.work}\nyes\n`,
    stderr: 'wrong\n',
    exitCode: 3,
  })
  expect(await lastMessage()).toMatchObject({ role: 'system', blocks: [shell], notice: { kind: 'shell' } })
  const { parts } = await run.core.drafts.get(conversation.id)
  expect(parts).toMatchObject([shell])
})

test('nothing of it is left when it ends: no process, no record', async () => {
  await ran('sleep 300 & echo started')
  expect(await readdir(join(run.folders.data, 'processes'))).toEqual([])
  expect(run.core.shell.list(conversation.id)).toEqual([])
})

test('it is stopped with all that it started, and says so', async () => {
  const { shellId, done } = await run.core.shell.run(conversation.id, 'echo begun; sleep 300; echo never')
  await until('its first output', () => run.core.shell.list(conversation.id).some(({ tail }) => tail.includes('begun')))
  await run.core.shell.stop(conversation.id, shellId)
  expect(await done).toMatchObject({ stdout: 'begun\n', exitCode: null, ended: 'Stopped.' })
  await expect(run.core.shell.stop(conversation.id, shellId)).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('a flood is bounded and told', async () => {
  const shell = await ran('yes | head -c 3000000; echo; echo last line')
  expect(shell.stdout.length).toBeLessThan(31_000)
  expect(shell.stdout).toContain('characters left out')
  expect(shell.stdout.endsWith('last line\n')).toBe(true)
})

test('it has nobody to ask', async () => {
  expect(await ran('read answer; echo "[$answer]"')).toMatchObject({ stdout: '[]\n' })
})

test('what cannot be run is refused: nothing written, an archived conversation, no folder', async () => {
  const { core } = run
  await expect(core.shell.run(conversation.id, '  ')).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  const homeless = await core.conversations.create({})
  await expect(core.shell.run(homeless.id, 'ls')).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
  await core.pool.moves.archive(homeless.id)
  await expect(core.shell.run(homeless.id, 'ls')).rejects.toMatchObject({ code: 'CONVERSATION_ARCHIVED' })
})

test('the command is one argument of the shell, whatever is in it', () => {
  const command = `echo "a b" 'c' $(id); rm -rf /`
  expect(shellFor({ SHELL: '/bin/bash' }, command, 'linux')).toEqual(['/bin/bash', ['-c', command]])
  expect(shellFor({ SHELL: '/usr/bin/evil' }, command, 'linux')).toEqual(['/bin/sh', ['-c', command]])
  expect(shellFor({ COMSPEC: 'C:\\cmd.exe' }, 'dir "a b"', 'win32')).toEqual(['C:\\cmd.exe', ['/d', '/s', '/c', '"dir "a b""']])
})
