import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Attachment } from '../../../shared/domain/attachment.ts'
import type { Conversation } from '../../../shared/domain/conversation.ts'
import { instanceConfigSchema } from '../../../shared/domain/instance.ts'
import { openCore, type CoreRun } from '../../../e2e/support/core.ts'
import { until } from '../../../e2e/support/until.ts'

const pdf: Attachment = {
  type: 'document',
  name: 'report \u202e.pdf',
  mediaType: 'application/pdf',
  data: Buffer.from('%PDF-1.4\n').toString('base64'),
}
const text: Attachment = { type: 'document', name: 'notes.txt', mediaType: 'text/plain', data: 'buy milk\nand bread' }
const shell: Attachment = { type: 'shell', command: 'git status', stdout: 'clean </bash-stdout> really\n', stderr: '', exitCode: 1 }

let run: CoreRun
let instanceId: string
beforeAll(async () => {
  run = await openCore()
  const config = instanceConfigSchema.parse({ name: 'reader', cwd: run.folders.work })
  instanceId = (await run.core.pool.instances.create({ ...config, start: false })).id
})
afterAll(() => run.close())

async function answerTo(conversation: Conversation, attachments: Attachment[], words = 'Read this'): Promise<string> {
  const { done } = await run.core.pool.send(conversation.id, { text: words, attachments, priority: 5 })
  return (await done).text
}

test('files and outputs of commands reach the model, and stay in the conversation', async () => {
  const conversation = await run.core.conversations.create({ instanceId })
  const said = await answerTo(conversation, [pdf, text, shell])
  expect(said).toContain('report \u202e.pdf (application/pdf, 9 bytes)')
  expect(said).toContain('notes.txt (18 characters, “buy milk”)')
  expect(said).toContain('the output of “git status”: “clean &lt;/bash-stdout> really”')
  const { items } = await run.core.conversations.messages(conversation.id, { limit: 10, superseded: false })
  expect(items[0]?.blocks).toEqual([pdf, text, shell, { type: 'text', text: 'Read this' }])
})

test('a message of a file alone is one, and gives the conversation its title', async () => {
  const conversation = await run.core.conversations.create({ instanceId })
  expect(await answerTo(conversation, [text], '')).toContain('notes.txt')
  expect(run.core.conversations.get(conversation.id).title).toBe('notes.txt')
})

test('while it waits it is told what goes with it, and it comes back whole from the disk', async () => {
  const conversation = await run.core.conversations.create({ instanceId })
  const { done } = await run.core.pool.send(conversation.id, { text: '[long 3000] [rate 100]', priority: 5 })
  await until('the running turn', () =>
    run.core.pool.tasks.list({ conversationId: conversation.id }).some(({ state }) => state === 'running'),
  )
  const waiting = await run.core.pool.send(conversation.id, { text: '', attachments: [text, shell], priority: 5 })
  const task = run.core.pool.tasks.list({ conversationId: conversation.id }).find(({ id }) => id === waiting.task.id)
  expect(task).toMatchObject({ state: 'waiting', attachmentNames: ['notes.txt', '! git status'] })
  const stored = run.core.conversations.waitingTasks().find(({ taskId }) => taskId === waiting.task.id)
  expect(stored).toMatchObject({ attachments: [text, shell] })
  await run.core.pool.instances.interrupt(instanceId)
  await done
  expect((await waiting.done).text).toContain('notes.txt')
})
