import { readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { vaultSessionSchema, type VaultSession } from '../../shared/domain/vault.ts'
import type { App } from '../support/app.ts'
import { expect, test } from '../support/test.ts'
import { until } from '../support/until.ts'

const listSchema = z.object({ items: z.array(vaultSessionSchema), total: z.number(), nextCursor: z.string().nullable() })

async function sessionWhen(app: App, sessionId: string, what: string, check: (session: VaultSession) => boolean): Promise<VaultSession> {
  return until(what, async () => {
    const { items } = await app.api.call(listSchema, 'GET', '/vault')
    return items.find((one) => one.sessionId === sessionId && check(one)) ?? false
  })
}

async function converse(app: App, text: string): Promise<{ conversationId: string; sessionId: string }> {
  const { id: instanceId } = await app.api.spawn({ name: 'Archivist', cwd: app.folders.work, allowedTools: ['Agent', 'Task'] })
  const { id: conversationId } = await app.api.createConversation({ instanceId })
  expect((await app.api.ask(conversationId, text)).outcome).toBe('done')
  const { sessionId } = await app.api.conversation(conversationId)
  if (sessionId === null) throw new Error('The conversation has no session.')
  return { conversationId, sessionId }
}

/** Claude Code's own file of a session, in the demo model's home. */
function transcriptOf(app: App, sessionId: string): string {
  const folder = app.folders.work.replaceAll(/[^A-Za-z0-9]/g, '-')
  return path.join(app.folders.data, 'demo', '.claude', 'projects', folder, `${sessionId}.jsonl`)
}

test('a transcript that was deleted is put back, and the session goes on with its context', async ({ app }) => {
  const { conversationId, sessionId } = await converse(app, 'Hello [remember: the blue kettle] [agent: look around]')
  const kept = await sessionWhen(
    app,
    sessionId,
    'the turn and its sub-agent to be in the vault',
    (one) => one.messageCount >= 4 && one.agentCount === 1,
  )
  expect(kept).toMatchObject({ isInClaude: true, conversationId, cwd: app.folders.work })
  const [instance] = await app.api.instances()
  await app.api.act(instance?.id ?? '', 'stop')
  const transcript = transcriptOf(app, sessionId)
  const bytes = await readFile(transcript)
  await sessionWhen(app, sessionId, 'the vault to have all of it', (one) => one.bytes === bytes.length)
  await rm(transcript)
  await rm(transcript.replace('.jsonl', ''), { recursive: true })
  await sessionWhen(app, sessionId, 'the vault to see that it is gone', (one) => !one.isInClaude)

  const restored = await app.api.call(z.object({ files: z.array(z.string()) }), 'POST', `/vault/${sessionId}/restore`)
  expect(restored.files[0]).toBe(transcript)
  expect(restored.files.some((file) => file.includes('subagents'))).toBe(true)
  expect(await readFile(transcript)).toEqual(bytes)
  expect((await app.api.refusal('POST', `/vault/${sessionId}/restore`)).info.code).toBe('STATE_CONFLICT')
  expect((await app.api.ask(conversationId, '[recall]')).text).toContain('the blue kettle')
})

test('a conversation whose session was deleted gets it back by itself, and says so', async ({ app }) => {
  const { conversationId, sessionId } = await converse(app, 'Hello [remember: a green door]')
  await sessionWhen(app, sessionId, 'the turn to be in the vault', (one) => one.messageCount >= 2)
  const [instance] = await app.api.instances()
  await app.api.act(instance?.id ?? '', 'stop')
  await rm(transcriptOf(app, sessionId))
  expect((await app.api.ask(conversationId, '[recall]')).text).toContain('a green door')
  const said = (await app.api.messages(conversationId)).filter((message) => message.role === 'system').map(({ text }) => text)
  expect(said.join()).toContain('put it back from the vault')
})
