import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Page } from '@playwright/test'
import { z } from 'zod'
import type { App } from '../support/app.ts'
import { looksRight } from '../support/looks.ts'
import { readyInstance } from '../support/stories.ts'
import { expect, test } from '../support/test.ts'

test.use({ oneApp: true })

const known = z.object({ items: z.array(z.object({ name: z.string() })), readAt: z.string().nullable() })

async function write(app: App, name: string, text: string): Promise<void> {
  const file = path.join(app.folders.work, name)
  await mkdir(path.dirname(file), { recursive: true })
  await writeFile(file, text)
}

/** An instance whose commands are known, and its conversation on the screen. */
async function opened(ui: Page, app: App): Promise<{ instanceId: string; conversationId: string }> {
  await write(app, '.claude/commands/greet.md', '---\ndescription: Says hello\nargument-hint: <name>\n---\n[echo: Hello $ARGUMENTS]')
  await write(app, '.claude/commands/hostile.md', `---\ndescription: "A\u202Eevil ${'long '.repeat(4_000)}"\n---\nx`)
  await write(app, 'a b.txt', 'WHAT-IS-IN-IT')
  await write(app, 'src/deep/app.ts', 'x')
  await write(app, 'שלום.txt', 'x')
  const { instance, conversation } = await readyInstance(app)
  await expect
    .poll(async () =>
      (await app.api.call(known, 'GET', `/instances/${instance.id}/commands?known=true`)).items.some(({ name }) => name === 'greet'),
    )
    .toBe(true)
  await ui.evaluate((id) => (location.hash = `#/conversation/${id}`), conversation.id)
  await field(ui).focus()
  return { instanceId: instance.id, conversationId: conversation.id }
}

const field = (ui: Page) => ui.getByRole('textbox', { name: 'Message' })
const options = (ui: Page) => ui.getByRole('listbox').getByRole('option')
const selected = (ui: Page) => ui.getByRole('option', { selected: true })

test('a command is found by its name or its description, chosen by key, its arguments are said, and it reaches Claude', async ({
  app,
  ui,
}) => {
  const { conversationId } = await opened(ui, app)
  await ui.keyboard.type('/')
  await expect(options(ui).first()).toHaveAccessibleName(/\/greet ?, <name> ?, Says hello ?, Project/)
  await expect(ui.getByText(/^\d+ suggestions$/)).toBeAttached()
  await expect(ui.getByRole('option', { name: /__remote/ })).toHaveCount(0)
  await ui.keyboard.type('hell')
  await expect(selected(ui)).toContainText('/greet')
  await ui.keyboard.press('Enter')
  await expect(field(ui)).toHaveValue('/greet ')
  await expect(ui.locator('.command-hint')).toHaveText('<name> Says hello')
  await ui.keyboard.type('Ada')
  await expect(ui.locator('.command-hint')).toHaveCount(0)
  await ui.keyboard.press('Enter')
  await expect(ui.getByText('Hello Ada', { exact: true })).toBeVisible()
  expect((await app.api.messages(conversationId)).at(0)?.text).toContain('/greet Ada')
})

test('keys and the mouse go through the list, Escape closes it until something else is typed, and Enter is not taken when it is closed', async ({
  app,
  ui,
}) => {
  await opened(ui, app)
  await ui.keyboard.type('/co')
  const first = await selected(ui).textContent()
  await expect(field(ui)).toHaveAttribute('aria-activedescendant', (await selected(ui).getAttribute('id')) ?? '')
  await ui.keyboard.press('ArrowDown')
  await expect(selected(ui)).not.toHaveText(first ?? '')
  await ui.keyboard.press('ArrowUp')
  await expect(selected(ui)).toHaveText(first ?? '')
  await ui.keyboard.press('Escape')
  await expect(ui.getByRole('listbox')).toHaveCount(0)
  await expect(field(ui)).toHaveValue('/co')
  await field(ui).fill('')
  await ui.keyboard.type('/comp')
  await ui.getByRole('option', { name: /^\/compact/ }).click()
  await expect(field(ui)).toHaveValue('/compact ')
  await expect(field(ui)).toBeFocused()
  await field(ui).fill('/etc/hosts says hello [echo: Plain]')
  await expect(ui.getByRole('listbox')).toHaveCount(0)
  await ui.keyboard.press('Enter')
  await expect(ui.getByText('Plain', { exact: true })).toBeVisible()
})

test('what only a terminal has is answered here, a choice of effort acts, and an unknown command is asked about', async ({ app, ui }) => {
  const { conversationId } = await opened(ui, app)
  await ui.keyboard.type('/help')
  await ui.keyboard.press('Enter')
  await expect(ui.getByRole('dialog', { name: /shortcuts/i })).toBeVisible()
  await ui.keyboard.press('Escape')
  await expect(field(ui)).toHaveValue('')
  await field(ui).focus()
  await ui.keyboard.type('/effort lo')
  await expect(selected(ui)).toContainText('low')
  await ui.keyboard.press('Enter')
  const live = z.object({ effort: z.string().nullable() })
  await expect.poll(async () => (await app.api.call(live, 'GET', `/conversations/${conversationId}/live`)).effort).toBe('low')
  await expect(field(ui)).toHaveValue('')
  await ui.keyboard.type('/rename A better title')
  await ui.keyboard.press('Enter')
  await expect.poll(async () => (await app.api.conversation(conversationId)).title).toBe('A better title')
  for (const [typed, title] of [
    ['/context', 'Context'],
    ['/usage', 'Plan usage'],
  ] as const) {
    await ui.keyboard.type(typed)
    await ui.keyboard.press('Enter')
    await expect(ui.getByRole('dialog', { name: title })).toBeVisible()
    await looksRight(ui, `complete-${title}`)
    await ui.keyboard.press('Escape')
    await field(ui).focus()
  }
  await ui.keyboard.type('/mcp')
  await ui.keyboard.press('Enter')
  await expect(ui.getByRole('dialog').getByRole('heading', { name: 'MCP servers' })).toBeVisible()
  await expect(ui.getByRole('dialog')).toContainText('No MCP servers')
  await looksRight(ui, 'complete-mcp')
  await ui.keyboard.press('Escape')
  await field(ui).focus()
  await ui.keyboard.type('/btw what is this?')
  await ui.keyboard.press('Enter')
  await expect(ui.getByRole('alert')).toContainText('/fork')
  await expect(field(ui)).toHaveValue('/btw what is this?')
  await field(ui).fill('')
  await ui.keyboard.type('/gret you')
  await ui.keyboard.press('Enter')
  const asked = ui.getByText('No command /gret. Send as text?')
  await expect(asked).toBeVisible()
  await ui.getByRole('button', { name: 'Use /greet' }).click()
  await expect(field(ui)).toHaveValue('/greet you')
  await field(ui).fill('/gret [echo: As text]')
  await ui.keyboard.press('Enter')
  await ui.getByRole('button', { name: 'Send as text' }).click()
  await expect(ui.getByText('As text', { exact: true })).toBeVisible()
})

test('files are mentioned so that Claude Code expands them; folders are gone into; one that is missing is told', async ({ app, ui }) => {
  const { conversationId } = await opened(ui, app)
  await ui.keyboard.type('Read @a b')
  // A space ends a mention without quotes.
  await expect(ui.getByRole('listbox')).toHaveCount(0)
  await field(ui).fill('')
  await ui.keyboard.type('Read @b.txt')
  await expect(selected(ui)).toContainText('a b.txt')
  await ui.keyboard.press('Enter')
  await expect(field(ui)).toHaveValue('Read @"a b.txt" ')
  await expect(ui.getByRole('list', { name: 'Mentioned files' })).toContainText('a b.txt')
  await ui.keyboard.type('and @sr')
  await expect(selected(ui)).toContainText('src')
  await ui.keyboard.press('Tab')
  await expect(field(ui)).toHaveValue('Read @"a b.txt" and @src/')
  await expect(options(ui).filter({ hasText: 'deep' }).first()).toBeVisible()
  await field(ui).fill('Read @"a b.txt" and @src/none.ts now')
  await expect(ui.locator('.mentioned-file[data-fault]')).toHaveText('src/none.tsnot found')
  await ui.keyboard.press('Enter')
  await expect.poll(async () => (await app.api.messages(conversationId)).length).toBeGreaterThan(1)
})

test('instances, conversations, checkpoints and sub-agents are mentioned, and what is sent says how to find them', async ({ app, ui }) => {
  const { conversationId } = await opened(ui, app)
  const other = await app.api.createConversation({ title: 'Fix the parser' })
  await app.api.ask(other.id, 'Hello')
  await ui.keyboard.type('See @parser')
  await ui.getByRole('option', { name: /^Fix the parser/ }).click()
  await expect(field(ui)).toHaveValue(
    new RegExp(
      `See Bullpen conversation “Fix the parser” \\(${other.id}, one JSON entry per line in \`.+/conversations/${other.id}\\.jsonl\`\\) `,
    ),
  )
  await field(ui).fill('')
  await ui.keyboard.type('@Explore')
  await expect(selected(ui)).toContainText('Explore')
  await ui.keyboard.press('Enter')
  await expect(field(ui)).toHaveValue('@agent-Explore ')
  expect(conversationId).not.toBe(other.id)
})

test('the list is known while the instance is stopped, and nothing is started for it', async ({ app, ui }) => {
  const { instanceId } = await opened(ui, app)
  await app.api.act(instanceId, 'stop')
  await ui.reload()
  await field(ui).focus()
  await ui.keyboard.type('/gre')
  await expect(selected(ui)).toContainText('/greet')
  expect((await app.api.instance(instanceId)).process).toBeNull()
})

test('it looks right, hostile descriptions and names included, on every size and in both themes', async ({ app, ui }) => {
  await opened(ui, app)
  await ui.keyboard.type('/')
  await expect(options(ui).first()).toBeVisible()
  await looksRight(ui, 'complete-commands')
  await field(ui).fill('')
  await ui.keyboard.type('/hostile')
  await expect(ui.locator('.completion-detail')).toContainText('long long')
  await looksRight(ui, 'complete-hostile')
  await field(ui).fill('')
  await ui.keyboard.type('See @notes.md and @none.md or @')
  await expect(options(ui).first()).toBeVisible()
  await expect(ui.locator('.mentioned-file[data-fault]')).toBeVisible()
  await looksRight(ui, 'complete-mentions')
  await ui.setViewportSize({ width: 390, height: 844 })
  const box = await ui.locator('.completion').boundingBox()
  expect(box?.x).toBeGreaterThanOrEqual(0)
  expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(390)
})
