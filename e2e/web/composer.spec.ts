import { rm } from 'node:fs/promises'
import type { Locator, Page } from '@playwright/test'
import { App } from '../support/app.ts'
import { looksRight } from '../support/looks.ts'
import { processesOf } from '../support/processes.ts'
import { readyInstance } from '../support/stories.ts'
import { expect, test } from '../support/test.ts'
import { until } from '../support/until.ts'

test.use({ oneApp: true })

const pixel = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')
const pdf = { name: 'report.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4\n%%EOF') }
const notes = { name: 'notes \u202etxt\n.md', mimeType: '', buffer: Buffer.from('buy milk\nand bread') }
const picture = { name: 'dot.png', mimeType: 'image/png', buffer: pixel }
const program = { name: 'program.bin', mimeType: '', buffer: Buffer.from([0, 1, 2, 255]) }

type Story = { conversationId: string; instanceId: string; field: Locator; chips: Locator }

async function opened(ui: Page, app: App): Promise<Story> {
  const { instance, conversation } = await readyInstance(app)
  await ui.locator(`[data-conversation="${conversation.id}"]`).click()
  return { conversationId: conversation.id, instanceId: instance.id, ...parts(ui) }
}

function parts(ui: Page) {
  return {
    field: ui.getByRole('textbox', { name: 'Message' }),
    chips: ui.getByRole('list', { name: 'Attached to this message' }).getByRole('listitem'),
  }
}

async function paste(field: Locator, text: string): Promise<void> {
  await field.focus()
  await field.evaluate((element, words) => {
    const data = new DataTransfer()
    data.setData('text/plain', words)
    element.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
  }, text)
}

async function lastPrompt(app: App, conversationId: string): Promise<string> {
  return (await app.api.messages(conversationId)).findLast(({ role }) => role === 'user')?.text ?? ''
}

function draftOf(app: App, key: string): Promise<{ text: string; parts: { type: string }[] }> {
  return app.api.raw('GET', `/conversations/${key}/draft`).then(({ body }) => body as { text: string; parts: { type: string }[] })
}

test.describe('files in a message', () => {
  test('PDFs, texts and images are chosen, looked at, taken out and sent; others are told why not', async ({ app, ui }) => {
    const { conversationId, field, chips } = await opened(ui, app)
    await ui.locator('.composer input[type=file]').setInputFiles([pdf, notes, picture, program])
    await expect(chips).toHaveCount(3)
    await expect(ui.getByRole('alert')).toContainText('program.bin is not text, a PDF or an image')
    await ui.getByRole('button', { name: /^notes/ }).click()
    await expect(ui.getByRole('dialog', { name: 'File' })).toContainText('and bread')
    await ui.keyboard.press('Escape')
    await looksRight(ui, 'composer-files')
    await ui.setViewportSize({ width: 390, height: 844 })
    await expect(chips).toHaveCount(3)
    if (process.env['SCREENS_FOLDER'] !== undefined) await ui.screenshot({ path: `${process.env['SCREENS_FOLDER']}/composer-390.png` })
    expect(await ui.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
    await ui.setViewportSize({ width: 1280, height: 800 })
    await ui.getByRole('button', { name: 'Remove dot.png' }).click()
    await expect(chips).toHaveCount(2)
    await field.fill('Read these')
    await field.press('Enter')
    await expect(ui.locator('.answer').last()).toContainText('report.pdf (application/pdf')
    await expect(ui.locator('.answer').last()).toContainText('(18 characters, “buy milk”)')
    await expect(chips).toHaveCount(0)
    const sent = ui.locator('.bubble').getByRole('list', { name: 'Attachments' })
    await expect(sent.getByRole('listitem')).toHaveCount(2)
    const [message] = await app.api.messages(conversationId)
    expect(message?.blocks.map(({ type }) => type)).toEqual(['document', 'document', 'text'])
    await looksRight(ui, 'composer-files-sent')
  })

  test('files are dropped, and a message of a file alone can be sent', async ({ app, ui }) => {
    const { chips } = await opened(ui, app)
    await ui.locator('.composer').evaluate((element) => {
      const data = new DataTransfer()
      data.items.add(new File(['{"a": 1}'], 'data.json', { type: 'application/json' }))
      element.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }))
    })
    await expect(chips).toHaveCount(1)
    await ui.getByRole('button', { name: 'Send', exact: true }).click()
    await expect(ui.locator('.answer').last()).toContainText('data.json (8 characters')
  })
})

test.describe('a long paste', () => {
  test('is a part of its own that is read, changed, put into the text, and sent in full', async ({ app, ui }) => {
    const { conversationId, field, chips } = await opened(ui, app)
    const log = Array.from({ length: 340 }, (_, line) => `line ${line}`).join('\n')
    await field.fill('What is wrong here?')
    await paste(field, log)
    await expect(chips).toHaveText(/Pasted 340 lines/)
    await ui.getByRole('button', { name: /^Pasted 340 lines/ }).click()
    await looksRight(ui, 'composer-paste')
    await ui.getByRole('textbox', { name: 'Pasted text' }).fill(`${log}\nthe end`)
    await ui.getByRole('button', { name: 'Save' }).click()
    await expect(chips).toHaveText(/Pasted 341 lines/)
    await field.press('Enter')
    await expect(chips).toHaveCount(0)
    expect(await lastPrompt(app, conversationId)).toBe(`What is wrong here?\n\n${log}\nthe end`)
    await paste(field, log)
    await ui.getByRole('button', { name: /^Pasted 340 lines/ }).click()
    await ui.getByRole('button', { name: 'Insert as text' }).click()
    await expect(field).toHaveValue(log)
    await expect(chips).toHaveCount(0)
  })

  test('of 5 MB is kept, and what it needs is told before it is sent', async ({ app, ui }) => {
    const { conversationId, field, chips } = await opened(ui, app)
    await paste(field, 'word '.repeat(1_000_000))
    await expect(chips).toHaveCount(1)
    await field.press('Enter')
    await expect(ui.getByRole('alert')).toContainText('5,000,000 characters; the limit is 1,000,000')
    await expect(chips).toHaveCount(1)
    await expect.poll(async () => (await draftOf(app, conversationId)).parts.length).toBe(1)
  })
})

test.describe('a draft', () => {
  test('is there after a reload, in another tab, and after other conversations', async ({ app, ui }) => {
    const { conversationId, field, chips } = await opened(ui, app)
    await ui.locator('.composer input[type=file]').setInputFiles([notes])
    await field.fill('half a thought')
    await expect.poll(async () => (await draftOf(app, conversationId)).text).toBe('half a thought')
    await ui.reload()
    await expect(field).toHaveValue('half a thought')
    await expect(chips).toHaveCount(1)
    const other = await ui.context().newPage()
    await other.goto(ui.url())
    await expect(parts(other).field).toHaveValue('half a thought')
    await field.fill('half a thought, and more')
    await expect(parts(other).field).toHaveValue('half a thought, and more')
    await parts(other).field.fill('changed there')
    await expect(field).toHaveValue('changed there')
    await other.close()
    const second = await app.api.createConversation({ title: 'Second' })
    await ui.locator(`[data-conversation="${second.id}"]`).click()
    await expect(field).toHaveValue('')
    await ui.locator(`[data-conversation="${conversationId}"]`).click()
    await expect(field).toHaveValue('changed there')
  })

  test('survives kill -9 of the app, with its files', async ({ folders, page }) => {
    const first = await App.start({ folders })
    await page.goto(first.page)
    const { conversationId, field } = await opened(page, first)
    await page.locator('.composer input[type=file]').setInputFiles([pdf, picture])
    await field.fill('not sent yet')
    await until('it to be kept', async () => {
      const draft = await draftOf(first, conversationId)
      return draft.text === 'not sent yet' && draft.parts.length === 2
    })
    await first.kill()
    const second = await App.start({ folders })
    await until('the old processes to end', () => processesOf(folders.root).every((one) => one.pid === second.pid))
    await page.goto('about:blank')
    await page.goto(second.page)
    await page.locator(`[data-conversation="${conversationId}"]`).click()
    await expect(parts(page).field).toHaveValue('not sent yet')
    await expect(parts(page).chips).toHaveCount(2)
    await parts(page).field.press('Enter')
    await expect(page.locator('.answer').last()).toContainText('report.pdf')
    expect((await draftOf(second, conversationId)).text).toBe('')
    await second.quit()
  })

  test('is written while the connection is lost and kept when it is back; sent twice, it is taken once', async ({ app, ui }) => {
    const { conversationId } = await opened(ui, app)
    let open = true
    const sockets: { close: () => unknown }[] = []
    await ui.routeWebSocket(/\/rpc$/, (ours) => {
      if (!open) return void ours.close()
      const server = ours.connectToServer()
      sockets.push(ours)
      ours.onMessage((message) => server.send(message))
      server.onMessage((message) => ours.send(message))
    })
    await ui.reload()
    const { field } = parts(ui)
    await expect(field).toBeEnabled()
    await field.fill('before')
    await expect.poll(async () => (await draftOf(app, conversationId)).text).toBe('before')
    open = false
    for (const socket of sockets) await socket.close()
    await expect(ui.getByRole('status').or(ui.getByRole('alert')).first()).toBeVisible()
    await field.fill('before and after [echo: taken once]')
    await field.press('Enter')
    await expect(field).toHaveValue('before and after [echo: taken once]')
    open = true
    await expect.poll(async () => (await draftOf(app, conversationId)).text).toBe('before and after [echo: taken once]')
    await field.press('Enter')
    await field.press('Enter')
    await expect(ui.locator('.answer').last()).toContainText('taken once')
    await expect(field).toHaveValue('')
    expect((await app.api.messages(conversationId)).filter(({ role }) => role === 'user')).toHaveLength(1)
  })
})

test.describe('keys of the composer', () => {
  test('↑ and ↓ go through what was sent, and a draft is never replaced', async ({ app, ui }) => {
    const { conversationId, field } = await opened(ui, app)
    await app.api.ask(conversationId, 'first')
    await app.api.ask(conversationId, 'second\nwith a line')
    await field.press('ArrowUp')
    await expect(field).toHaveValue('second\nwith a line')
    await field.press('ArrowUp')
    await expect(field).toHaveValue('second\nwith a line')
    await field.press('ArrowUp')
    await expect(field).toHaveValue('first')
    await field.press('ArrowDown')
    await expect(field).toHaveValue('second\nwith a line')
    await field.press('ArrowDown')
    await expect(field).toHaveValue('')
    await field.fill('my own words')
    await field.press('ArrowUp')
    await expect(field).toHaveValue('my own words')
  })

  test('Esc stops the turn; twice, when nothing runs, it opens the last message', async ({ app, ui }) => {
    const { conversationId, instanceId, field } = await opened(ui, app)
    const turn = app.api.ask(conversationId, 'Tell me [long 2000] [rate 50]')
    await app.api.instanceWhen(instanceId, 'it to be busy', (one) => one.state === 'busy')
    await expect(ui.getByRole('button', { name: /^Stop/ })).toBeVisible()
    await field.press('Escape')
    expect(await turn).toMatchObject({ outcome: 'interrupted' })
    await expect(ui.getByRole('button', { name: /^Stop/ })).toHaveCount(0)
    await field.press('Escape')
    await expect(ui.getByText('Press Esc again to edit your last message')).toBeVisible()
    await field.press('Escape')
    const edited = ui.locator('.edit-message').getByRole('textbox')
    await expect(edited).toBeFocused()
    await edited.fill('Instead [echo: changed]')
    await edited.press('Control+Enter')
    await expect(ui.locator('.answer').last()).toContainText('changed')
    expect(await lastPrompt(app, conversationId)).toBe('Instead [echo: changed]')
  })

  test('who writes on at once sends two messages, each once', async ({ app, ui }) => {
    const { conversationId, field } = await opened(ui, app)
    await field.fill('First [echo: one]')
    await field.press('Enter')
    await field.press('Enter')
    await field.pressSequentially('Second [echo: two]')
    await field.press('Enter')
    await expect(ui.locator('.answer').last()).toContainText('two')
    await expect(field).toHaveValue('')
    const sent = (await app.api.messages(conversationId)).filter(({ role }) => role === 'user').map(({ text }) => text)
    expect(sent).toEqual(['First [echo: one]', 'Second [echo: two]'])
  })

  test('Shift+Tab goes to the next permission mode', async ({ app, ui }) => {
    const { conversationId, field } = await opened(ui, app)
    await app.api.ask(conversationId, 'Hello')
    for (const mode of ['acceptEdits', 'plan', 'default']) {
      await field.press('Shift+Tab')
      await expect
        .poll(async () => (await app.api.raw('GET', `/conversations/${conversationId}/live`)).body)
        .toMatchObject({ permissionMode: mode })
    }
    await expect(field).toBeFocused()
  })
})

test.describe('a command of one’s own', () => {
  test('runs in the folder, is shown in the thread, and goes to Claude with the next message', async ({ app, ui }) => {
    const { conversationId, field, chips } = await opened(ui, app)
    await field.fill('!echo from the shell; echo oops >&2; exit 2')
    await expect(ui.getByText('Runs in this folder with your shell')).toBeVisible()
    await field.press('Enter')
    const line = ui.getByRole('region', { name: 'Command you ran' })
    await expect(line).toContainText('from the shell')
    await expect(line).toContainText('Exit code 2')
    await expect(field).toHaveValue('')
    await expect(chips).toHaveText(/! echo from the shell.*exit 2/)
    await looksRight(ui, 'composer-command')
    await field.fill('What does that mean?')
    await field.press('Enter')
    await expect(ui.locator('.answer').last()).toContainText('“from the shell”')
    await expect(chips).toHaveCount(0)
    await field.press('ArrowUp')
    await field.press('ArrowUp')
    await expect(field).toHaveValue('!echo from the shell; echo oops >&2; exit 2')
    expect((await app.api.messages(conversationId)).map(({ role }) => role)).toEqual(['system', 'user', 'assistant'])
  })

  test('is seen while it runs, can be stopped, and its output can be left out', async ({ app, ui }) => {
    const { conversationId, field, chips } = await opened(ui, app)
    await field.fill('! echo begun; sleep 300')
    await field.press('Enter')
    const running = ui.getByRole('list', { name: 'Running commands' })
    await expect(running).toContainText('begun')
    await looksRight(ui, 'composer-command-runs')
    await running.getByRole('button', { name: 'Stop' }).click()
    await expect(running).toHaveCount(0)
    await expect(ui.getByRole('region', { name: 'Command you ran' })).toContainText('Stopped.')
    await chips.getByRole('button', { name: /^Remove output of/ }).click()
    await field.fill('Hello [count]')
    await field.press('Enter')
    await expect(ui.locator('.answer').last()).toContainText('1 message')
    expect((await app.api.messages(conversationId)).find(({ role }) => role === 'user')?.blocks).toHaveLength(1)
  })

  test('over REST it waits for the end; an archived conversation and a lost folder refuse it', async ({ app }) => {
    const { conversation } = await readyInstance(app)
    const done = await app.api.raw('POST', `/conversations/${conversation.id}/shell`, { command: 'printf ok', wait: true })
    expect(done.body).toMatchObject({ shell: { stdout: 'ok', exitCode: 0 } })
    await app.api.raw('POST', `/conversations/${conversation.id}/archive`)
    const archived = await app.api.refusal('POST', `/conversations/${conversation.id}/shell`, { command: 'ls' })
    expect(archived).toMatchObject({ status: 409, info: { code: 'CONVERSATION_ARCHIVED' } })
    await app.api.raw('POST', `/conversations/${conversation.id}/restore`)
    await rm(app.folders.work, { recursive: true })
    const gone = await app.api.refusal('POST', `/conversations/${conversation.id}/shell`, { command: 'ls' })
    expect(gone).toMatchObject({ status: 422, info: { code: 'FOLDER_MISSING' } })
  })

  test('that was running when the app was killed is ended, and its line says so', async ({ folders }) => {
    const first = await App.start({ folders })
    const { conversation } = await readyInstance(first)
    await first.api.raw('POST', `/conversations/${conversation.id}/shell`, { command: 'sleep 300' })
    await first.kill()
    const second = await App.start({ folders })
    await until('the command to end', () => processesOf(folders.root).every((one) => one.pid === second.pid))
    const [line] = await second.api.messages(conversation.id)
    expect(line).toMatchObject({ role: 'system', blocks: [{ type: 'shell', command: 'sleep 300', exitCode: null }] })
    await second.quit()
  })
})

test.describe('saved prompts', () => {
  test('are saved from what is written, filled in, put in, changed, and deleted with a way back', async ({ app, ui }) => {
    const { field } = await opened(ui, app)
    await field.fill('Review {{file}} for {{what}}.')
    await ui.getByRole('button', { name: 'Saved prompts' }).click()
    await ui.getByRole('menuitem', { name: 'Save as prompt…' }).click()
    await ui.getByRole('textbox', { name: 'Name' }).fill('Review')
    await looksRight(ui, 'composer-save-prompt')
    await ui.getByRole('button', { name: 'Save', exact: true }).click()
    await expect(ui.getByRole('dialog')).toHaveCount(0)
    await field.fill('')
    await ui.getByRole('button', { name: 'Saved prompts' }).press('Enter')
    await ui.getByRole('menuitem', { name: /^Review/ }).press('Enter')
    await ui.getByRole('textbox', { name: 'file' }).fill('main.ts')
    await ui.getByRole('textbox', { name: 'what' }).fill('leaks')
    await ui.keyboard.press('Enter')
    await expect(field).toHaveValue('Review main.ts for leaks.')
    await expect(field).toBeFocused()
    await ui.keyboard.press('Control+k')
    await ui.keyboard.type('Saved prompts')
    await ui.keyboard.press('Enter')
    const list = ui.getByRole('dialog').getByRole('list', { name: 'Saved prompts' })
    await expect(list.getByRole('listitem')).toHaveCount(1)
    await looksRight(ui, 'composer-prompts')
    await ui.getByRole('button', { name: 'Edit Review' }).click()
    await ui.getByRole('textbox', { name: 'Name' }).fill('Inspect')
    await ui.keyboard.press('Enter')
    await expect(ui.getByRole('dialog')).toHaveCount(0)
    await ui.getByRole('button', { name: 'Saved prompts' }).click()
    await ui.getByRole('menuitem', { name: 'Manage prompts…' }).click()
    await ui.getByRole('button', { name: 'Delete Inspect' }).click()
    await expect(list.getByRole('listitem')).toHaveCount(0)
    await ui.keyboard.press('Escape')
    await ui.getByRole('button', { name: 'Undo' }).click()
    await expect.poll(async () => (await app.api.raw('GET', '/prompts')).body).toMatchObject({ items: [{ name: 'Inspect' }] })
    await ui.keyboard.press('Control+k')
    await ui.keyboard.type('Insert Inspect')
    await ui.keyboard.press('Enter')
    await expect(ui.getByRole('dialog', { name: 'Fill in the blanks' })).toBeVisible()
  })
})
