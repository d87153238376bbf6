import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import type { Page } from '@playwright/test'
import { z } from 'zod'
import { conversationSchema } from '../../shared/domain/conversation.ts'
import { transferSchema } from '../../shared/domain/transfer.ts'
import { App } from '../support/app.ts'
import { readyInstance } from '../support/stories.ts'
import { axeFaults, expect, test } from '../support/test.ts'

test.use({ oneApp: true })

const run = promisify(execFile)

test.describe('conversations leave and come', () => {
  test('all of them go through a bundle into another data folder and come out as the same bytes', async ({ app }) => {
    const { conversation } = await readyInstance(app)
    await app.api.ask(conversation.id, 'Keep this [markdown] [rate 0]')
    const { id: forkId } = await app.api.call(conversationSchema, 'POST', `/conversations/${conversation.id}/fork`, {})
    await app.api.call(conversationSchema, 'PATCH', `/conversations/${conversation.id}`, { tags: ['kept'] })
    await app.api.call(conversationSchema, 'POST', `/conversations/${forkId}/archive`)
    const bundle = await download(app, '/conversations/export')
    const other = await App.start()
    try {
      const report = await upload(other, 'all.zip', bundle)
      expect(report).toMatchObject({ state: 'done', report: { taken: 2, refused: 0 } })
      expect(await other.api.call(conversationSchema, 'GET', `/conversations/${forkId}`)).toMatchObject({
        state: 'archived',
        forkedFrom: { conversationId: conversation.id },
      })
      expect(await other.api.call(conversationSchema, 'GET', `/conversations/${conversation.id}`)).toMatchObject({ tags: ['kept'] })
      expect((await download(other, '/conversations/export')).equals(bundle)).toBe(true)
      expect((await upload(other, 'all.zip', bundle)).report).toMatchObject({ taken: 0, duplicates: 2 })
    } finally {
      await other.dispose()
    }
  })

  test('an imported transcript of Claude Code goes on in that very session', async ({ app }) => {
    const { instance, conversation } = await readyInstance(app)
    await app.api.ask(conversation.id, '[remember: the blue door] [rate 0]')
    const { sessionId } = await app.api.conversation(conversation.id)
    // Made outside of Bullpen as far as this data folder knows.
    const bytes = await readFile(await transcriptOf(app, sessionId ?? ''))
    await app.api.raw('DELETE', `/conversations/${conversation.id}`)
    const { report } = await upload(app, `${sessionId}.jsonl`, bytes)
    const imported = report?.items[0]?.conversationId ?? ''
    expect(await app.api.conversation(imported)).toMatchObject({ sessionId, messageCount: 2, turnCount: 1 })
    await app.api.call(conversationSchema, 'PATCH', `/conversations/${imported}`, { instanceId: instance.id })
    expect(await app.api.ask(imported, '[recall] [rate 0]')).toMatchObject({
      outcome: 'done',
      text: 'You told me to remember: the blue door',
    })
    expect(await app.api.conversation(imported)).toMatchObject({ sessionId })
  })

  test('a transcript from another machine says that Claude does not know it, and puts it into the message', async ({ ui, app }) => {
    const { instance } = await readyInstance(app)
    const sessionId = '9f1c0000-2222-4333-8444-555555555555'
    const line = (type: string, text: string, parentUuid: string | null) =>
      JSON.stringify({
        type,
        uuid: `${type}-1`,
        parentUuid,
        sessionId,
        cwd: '/elsewhere',
        timestamp: '2026-01-01T10:00:00.000Z',
        message: { role: type, content: text },
      })
    const bytes = Buffer.from(`${line('user', 'The kettle is blue.', null)}\n${line('assistant', 'Noted.', 'user-1')}\n`)
    const { report } = await upload(app, `${sessionId}.jsonl`, bytes)
    const id = report?.items[0]?.conversationId ?? ''
    expect(await app.api.call(z.object({ context: z.string() }), 'GET', `/conversations/${id}/context`)).toEqual({ context: 'lost' })
    await app.api.call(conversationSchema, 'PATCH', `/conversations/${id}`, { instanceId: instance.id })
    await ui.locator(`[data-conversation="${id}"]`).click()
    await expect(ui.getByText('Claude no longer has this context')).toBeVisible()
    expect(await axeFaults(ui)).toEqual([])
    await ui.getByRole('button', { name: 'Add to my message' }).click()
    const message = ui.getByLabel('Message', { exact: true })
    await expect(message).toHaveValue(/The kettle is blue\./)
    await message.press('End')
    await message.pressSequentially('Go on. [rate 0]')
    await ui.getByRole('button', { name: 'Send', exact: true }).click()
    await expect(ui.getByRole('button', { name: 'Add to my message' })).toHaveCount(0)
    await expect
      .poll(async () => (await app.api.call(z.object({ context: z.string() }), 'GET', `/conversations/${id}/context`)).context)
      .toBe('known')
    // The folder that it was begun in is not on this machine: it goes on in the instance's own, and stays there.
    expect((await app.api.ask(id, 'And on [rate 0]')).outcome).toBe('done')
    expect(await app.api.conversation(id)).toMatchObject({ cwd: app.folders.work })
  })

  test('a session of the vault opens as one conversation, and goes on in that very session', async ({ app }) => {
    const { conversation } = await readyInstance(app)
    await app.api.ask(conversation.id, '[remember: the blue door] [rate 0]')
    const { sessionId } = await app.api.conversation(conversation.id)
    await app.api.raw('POST', '/vault/scan', { wait: true })
    const open = () => app.api.call(conversationSchema, 'POST', `/vault/${sessionId}/open`)
    expect((await open()).id).toBe(conversation.id)
    await app.api.raw('DELETE', `/conversations/${conversation.id}`)
    const [made, same] = await Promise.all([open(), open()])
    expect(same.id).toBe(made.id)
    expect(made).toMatchObject({ sessionId, messageCount: 2, turnCount: 1 })
    expect(await app.api.ask(made.id, '[recall] [rate 0]')).toMatchObject({ text: 'You told me to remember: the blue door' })
    expect(await app.api.conversation(made.id)).toMatchObject({ sessionId })
  })

  test('from the page: exported by the menu, imported by a file and from a path, and each outcome is said', async ({ ui, app }) => {
    const { conversation } = await readyInstance(app)
    await app.api.ask(conversation.id, 'Something to export [rate 0]')
    await ui.locator(`[data-conversation="${conversation.id}"]`).click()
    await ui.getByRole('button', { name: 'Conversation actions' }).click()
    await ui.getByRole('menuitem', { name: 'Export…' }).click()
    await ui.getByRole('radio', { name: /Bullpen JSON Lines/ }).check()
    const [file] = await Promise.all([ui.waitForEvent('download'), ui.getByRole('button', { name: 'Export', exact: true }).click()])
    const saved = path.join(app.folders.root, 'saved.jsonl')
    await file.saveAs(saved)
    await expect(ui.getByText(/Saved to your downloads as .*jsonl/)).toBeVisible()
    expect(await axeFaults(ui)).toEqual([])
    await ui.getByRole('button', { name: 'Close', exact: true }).last().click()
    const text = await readFile(saved, 'utf8')
    const copy = path.join(app.folders.work, 'copy.jsonl')
    await writeFile(copy, text.replace(conversation.id, 'conv_0123456789abcdef').replace('Something to export', 'A copy of it'))
    await openImport(ui)
    await ui.locator('.transfer-drop input').setInputFiles(saved)
    await expect(ui.getByText('Nothing new to import · 1 was here already.')).toBeVisible()
    await ui.getByRole('button', { name: 'Import more' }).click()
    await ui.getByLabel('Or a file or folder on this computer').fill(copy)
    await ui.getByRole('button', { name: 'Import from path' }).click()
    await expect(ui.getByText('1 conversation imported, with 2 messages.')).toBeVisible()
    expect(await axeFaults(ui)).toEqual([])
    await ui.locator('.transfer-item-taken button').click()
    await expect(ui.locator('.thread')).toContainText('Something to export')
  })

  test('a conversation is copied as a prompt, with its size', async ({ ui, app }) => {
    const { conversation } = await readyInstance(app)
    await app.api.ask(conversation.id, 'Read them [read: notes.md] [rate 0]')
    await ui.locator(`[data-conversation="${conversation.id}"]`).click()
    await ui.getByRole('button', { name: 'Conversation actions' }).click()
    await ui.getByRole('menuitem', { name: 'Export as prompt…' }).click()
    await expect(ui.getByText(/About [\d,]+ tokens/)).toBeVisible()
    const prompt = ui.getByLabel('The prompt')
    await expect(prompt).toHaveValue(/## User\nRead them[\s\S]*\[Read: .*notes\.md\]/)
    await ui.getByLabel('Tool output').selectOption('none')
    await expect(prompt).not.toHaveValue(/\[Read: /)
    expect(await axeFaults(ui)).toEqual([])
    const [file] = await Promise.all([ui.waitForEvent('download'), ui.getByRole('button', { name: 'Save', exact: true }).click()])
    expect(await readFile(await file.path(), 'utf8')).toContain('## User\nRead them')
  })

  test('the script in the README reads the format', async ({ app }) => {
    const { conversation } = await readyInstance(app)
    await app.api.ask(conversation.id, 'Read them [read: notes.md] [rate 0]')
    const readme = await readFile(path.resolve('README.md'), 'utf8')
    const [, script] = /```python\n([\s\S]*?)```/.exec(readme) ?? []
    const bundle = path.join(app.folders.root, 'all.zip')
    await writeFile(bundle, await download(app, '/conversations/export'))
    const plain = path.join(app.folders.data, 'conversations', `${conversation.id}.jsonl`)
    for (const file of [bundle, plain]) {
      const { stdout } = await run('python3', ['-c', script ?? '', file])
      expect(stdout).toMatch(/user: Read them[\s\S]*assistant: /)
    }
  })
})

async function openImport(ui: Page): Promise<void> {
  await ui.keyboard.press('Control+k')
  await ui.getByPlaceholder(/Search or run a command/).fill('Import conversations')
  await ui.keyboard.press('Enter')
}

async function download(app: App, address: string): Promise<Buffer> {
  const answer = await fetch(`${app.url}/api${address}`, { headers: { authorization: `Bearer ${app.token}` } })
  expect(answer.status).toBe(200)
  return Buffer.from(await answer.arrayBuffer())
}

async function upload(app: App, name: string, bytes: Buffer) {
  const headers = { authorization: `Bearer ${app.token}`, 'content-type': 'application/octet-stream' }
  const answer = await fetch(`${app.url}/api/conversations/import?wait=true&name=${name}`, {
    method: 'POST',
    headers,
    body: new Uint8Array(bytes),
  })
  return transferSchema.parse(await answer.json())
}

/** Claude Code names the folders; the session is the file's name. */
async function transcriptOf(app: App, sessionId: string): Promise<string> {
  const { stdout } = await run('find', [path.join(app.folders.data, 'demo'), '-name', `${sessionId}.jsonl`])
  return stdout.trim()
}
