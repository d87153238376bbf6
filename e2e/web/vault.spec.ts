import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { vaultSessionSchema, type VaultSession } from '../../shared/domain/vault.ts'
import { writeClaudeHistory } from '../bench/claude-history.ts'
import type { App } from '../support/app.ts'
import { axeFaults, expect, test } from '../support/test.ts'
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
  // The sub-agent worked in the background: what Claude says of it comes in a turn of its own.
  await until('the report of the sub-agent', async () =>
    (await app.api.messages(conversationId)).some(({ text }) => text.includes('The background work has finished.')),
  )
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
  expect(said.join()).toContain('restored it from the vault')
})

test('the vault shows what Claude Code deletes and when, as its settings say', async ({ folders, app }) => {
  const config = path.join(folders.home, '.claude')
  await mkdir(config, { recursive: true })
  await writeFile(path.join(config, 'settings.json'), '{"cleanupPeriodDays": 12}')
  const { sessions } = await writeClaudeHistory({ config, sessions: 30, messages: 200, until: new Date(), headKb: 1 })
  await app.api.call(z.unknown(), 'POST', '/vault/scan', { wait: true })
  const { items, total, nextCursor } = await app.api.call(listSchema, 'GET', '/vault?sort=ending&limit=20')
  expect(total).toBe(30)
  const ends = items.map(({ deletedByClaudeAt }) => deletedByClaudeAt ?? '')
  expect(ends).toEqual(ends.toSorted((a, b) => a.localeCompare(b)))
  for (const { deletedByClaudeAt, updatedAt } of items) {
    const days = (Date.parse(deletedByClaudeAt ?? '') - Date.parse(updatedAt)) / 86_400_000
    expect(Math.abs(days - 12)).toBeLessThan(0.1)
  }
  const rest = await app.api.call(listSchema, 'GET', `/vault?sort=ending&limit=20&cursor=${nextCursor}`)
  expect(new Set([...items, ...rest.items].map(({ sessionId }) => sessionId))).toEqual(new Set(sessions.map(({ sessionId }) => sessionId)))
})

test('on its screen a deleted session is found, put back and opened', async ({ folders, app, ui }) => {
  const config = path.join(folders.home, '.claude')
  const { sessions } = await writeClaudeHistory({ config, sessions: 30, messages: 200, until: new Date(), headKb: 1 })
  const [lost] = sessions
  if (!lost) throw new Error('There are sessions.')
  await app.api.call(z.unknown(), 'POST', '/vault/scan', { wait: true })
  await rm(lost.file)
  await sessionWhen(app, lost.sessionId, 'the vault to see that it is gone', (one) => !one.isInClaude)
  await ui.locator('.sidebar-link', { hasText: 'Vault' }).click()
  await ui.getByRole('button', { name: /^Only in vault/ }).click()
  const row = ui.locator(`[data-session="${lost.sessionId}"]`)
  await row.locator('.vault-open').click()
  await expect(ui.getByRole('complementary', { name: 'Session' })).toContainText('Claude Code has deleted it')
  expect(await axeFaults(ui)).toEqual([])
  await ui.getByRole('complementary', { name: 'Session' }).getByRole('button', { name: 'Restore', exact: true }).click()
  await expect(ui.getByText(/is back in Claude Code/)).toBeVisible()
  expect(await readFile(lost.file, 'utf8')).toContain(lost.sessionId)
  await ui.getByRole('complementary', { name: 'Session' }).getByRole('button', { name: 'Open as a conversation' }).click()
  await expect(ui.locator('.composer')).toBeVisible()
  await sessionWhen(app, lost.sessionId, 'the session to be a conversation', (one) => one.conversationId !== null)
})

test('many sessions are picked, put back, opened and exported; an earlier copy is chosen; old copies are cleaned up', async ({
  folders,
  app,
  ui,
}) => {
  const config = path.join(folders.home, '.claude')
  const { sessions } = await writeClaudeHistory({ config, sessions: 5, messages: 300, until: new Date(), headKb: 1 })
  const [lost, gone, rewritten] = sessions
  if (!lost || !gone || !rewritten) throw new Error('There are sessions.')
  await app.api.call(z.unknown(), 'POST', '/vault/scan', { wait: true })
  const before = await readFile(rewritten.file, 'utf8')
  await writeFile(rewritten.file, before.replaceAll('"uuid":"', '"uuid":"other-'))
  await Promise.all([rm(lost.file), rm(gone.file)])
  await app.api.call(z.unknown(), 'POST', '/vault/scan', { wait: true })

  await ui.locator('.sidebar-link', { hasText: 'Vault' }).click()
  await ui.locator(`[data-session="${lost.sessionId}"] input`).click()
  await ui.locator(`[data-session="${rewritten.sessionId}"] input`).click()
  const bar = ui.getByRole('group', { name: 'Actions for the selected sessions' })
  await expect(bar).toContainText('2 selected')
  expect(await axeFaults(ui)).toEqual([])
  await bar.getByRole('button', { name: 'Restore', exact: true }).click()
  await expect(ui.getByText('1 session is back in Claude Code.')).toBeVisible()
  expect(await readFile(lost.file, 'utf8')).toContain(lost.sessionId)

  await ui.locator(`[data-session="${rewritten.sessionId}"] .vault-open`).click()
  const details = ui.getByRole('complementary', { name: 'Session' })
  await details.getByRole('button', { name: /^Restore the copy until/ }).click()
  await expect(ui.getByText(/is in Claude Code as a separate session/)).toBeVisible()
  await details.getByRole('button', { name: 'Close' }).click()

  await ui.getByRole('button', { name: 'Clean up…' }).click()
  const dialog = ui.getByRole('dialog', { name: 'Clean up the vault' })
  await dialog.getByLabel('Inactive for (days)').fill('0')
  await expect(dialog.getByRole('status')).toContainText('1 session')
  expect(await axeFaults(ui)).toEqual([])
  await dialog.getByRole('button', { name: 'Delete permanently' }).click()
  await expect(ui.locator(`[data-session="${gone.sessionId}"]`)).toHaveCount(0)

  await ui.locator(`[data-session="${lost.sessionId}"] input`).click()
  await bar.getByRole('button', { name: /^Select all/ }).click()
  await expect(bar).toContainText('5 selected')
  await bar.getByRole('button', { name: 'Export…' }).click()
  await expect(ui.getByRole('dialog', { name: 'Export 5 conversations' })).toBeVisible()
  await sessionWhen(app, lost.sessionId, 'the session to be a conversation', (one) => one.conversationId !== null)
})
