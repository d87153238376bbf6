import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { chromium, type Page } from '@playwright/test'
import { App } from './app.ts'
import { chromiumPath } from './chromium.ts'
import { axeFaults } from './test.ts'
import { until } from './until.ts'

/**
 * `node e2e/support/screenshot.ts [FOLDER]`: pictures of every screen, in both themes, with a demo's content, and what axe
 * finds on each. For eyes, and for the picture in the README.
 */
const folder = path.resolve(process.argv[2] ?? 'reports/screens')
const sizes = { wide: { width: 1280, height: 800 }, narrow: { width: 800, height: 600 } }

async function main(): Promise<void> {
  await mkdir(folder, { recursive: true })
  const app = await App.start()
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox'] })
  try {
    const page = await browser.newPage({ viewport: sizes.wide, deviceScaleFactor: 1.25 })
    page.on('pageerror', (error) => process.stdout.write(`page error: ${error.message}\n`))
    page.on('console', (message) => message.type() === 'error' && process.stdout.write(`console: ${message.text()}\n`))
    await page.goto(app.page)
    await page.getByRole('heading', { name: 'All your Claude Code sessions in one place' }).waitFor()
    await shoot(page, 'start')
    const conversation = await tellStory(app)
    // The newest row moves the others; a click before that would fall on another one.
    await page.locator('[data-conversation]', { hasText: 'A much longer title' }).waitFor()
    await page.locator(`[data-conversation="${conversation}"]`).click()
    await page.locator('.approval').waitFor()
    await shoot(page, 'conversation')
    await page.setViewportSize(sizes.narrow)
    await shoot(page, 'conversation-narrow')
    await page.setViewportSize({ width: 420, height: 760 })
    await shoot(page, 'conversation-phone')
    await page.setViewportSize(sizes.wide)
    await page.locator('.sidebar-link', { hasText: 'Needs you' }).click()
    await shoot(page, 'needs-you')
    await page.locator('.sidebar-link', { hasText: 'Vault' }).click()
    await page.locator('.vault-open').first().click()
    await page.locator('.vault-details dl').waitFor()
    await shoot(page, 'vault')
    await page.locator('.vault-row input').first().click()
    await page.setViewportSize(sizes.narrow)
    await shoot(page, 'vault-picked-narrow')
    await page.setViewportSize(sizes.wide)
    await page.getByRole('button', { name: 'Clean up…' }).click()
    await page.getByRole('dialog').waitFor()
    await shoot(page, 'vault-clean-up')
    await page.keyboard.press('Escape')
    await page.locator('.sidebar-link', { hasText: 'Search' }).click()
    await shoot(page, 'search')
    await page.getByRole('searchbox', { name: 'Search all messages' }).fill('notes')
    await page.locator('.hit mark').first().waitFor()
    await shoot(page, 'search-found')
    await shootPool(app, page)
    await shootMetrics(page)
    await page.locator('.sidebar-link', { hasText: 'Settings' }).click()
    await shoot(page, 'settings')
    await page.getByRole('button', { name: 'New instance' }).first().click()
    await page.getByRole('dialog').waitFor()
    await shoot(page, 'new-instance')
    await page.getByRole('button', { name: /^More/ }).click()
    await shoot(page, 'new-instance-more')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Control+k')
    await page.getByPlaceholder(/Search or run a command/).waitFor()
    await shoot(page, 'palette')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: /Actions for reviewer/ }).click()
    await shoot(page, 'instance-menu')
    await page.getByRole('menuitem', { name: 'Details' }).click()
    await shoot(page, 'instance')
    await page.locator(`[data-conversation="${conversation}"]`).click()
    for (const [item, name] of [
      ['Export…', 'export'],
      ['Export as prompt…', 'save-as-prompt'],
    ] as const) {
      await page.getByRole('button', { name: 'Conversation actions' }).click()
      await page.getByRole('menuitem', { name: item }).click()
      await page.getByRole('dialog').waitFor()
      await shoot(page, name)
      await page.keyboard.press('Escape')
    }
    await page.keyboard.press('Control+k')
    await page.getByPlaceholder(/Search or run a command/).fill('Import conversations')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'Import conversations' }).waitFor()
    await shoot(page, 'import')
    await page.getByLabel('Or a file or folder on this computer').fill(app.folders.data)
    await page.getByRole('button', { name: 'Import from path' }).click()
    await page.getByLabel('Import results').waitFor()
    await shoot(page, 'import-report')
    await page.keyboard.press('Escape')
    await shootLibrary(page, conversation)
  } finally {
    await browser.close()
    await app.dispose()
  }
}

async function shootLibrary(page: Page, conversation: string): Promise<void> {
  await page.locator('.sidebar-link', { hasText: 'Library' }).click()
  await page.locator('.library-row[data-id]').first().waitFor()
  await page.getByLabel('Group', { exact: true }).selectOption('day')
  await page.locator('.library-group').first().waitFor()
  for (const box of await page.locator('.library-row[data-id] input').all()) await box.click()
  await shoot(page, 'library')
  await page.setViewportSize({ width: 900, height: 600 })
  await shoot(page, 'library-narrow')
  await page.setViewportSize(sizes.wide)
  await page.getByRole('button', { name: 'Clean up…' }).click()
  await page.getByLabel('Inactive for (days)').fill('0')
  await page.locator('.clean-up-list').waitFor()
  await shoot(page, 'clean-up')
  await page.keyboard.press('Escape')
  await page.locator(`[data-conversation="${conversation}"]`).click()
  await page.getByRole('button', { name: 'Fork or branch from here' }).first().click()
  await shoot(page, 'fork-menu')
  await page.getByRole('menuitem', { name: /^Fork here/ }).click()
  await page.getByRole('button', { name: 'View forks' }).click()
  await page.locator('.forks li').first().waitFor()
  await shoot(page, 'forks')
  await page.keyboard.press('Escape')
}

/** Instances in every state, and a conversation with some of everything. */
async function tellStory(app: App): Promise<string> {
  const { api, folders } = app
  const names = ['reviewer', 'researcher', 'migrations', 'release-notes', 'docs', 'flaky-hunter']
  const made = []
  for (const name of names) made.push(await api.spawn({ name, cwd: folders.work, start: name !== 'docs' }))
  const [reviewer, researcher, migrations, notes, , hunter] = made
  if (!reviewer || !researcher || !migrations || !notes || !hunter) throw new Error('Six instances were made.')
  for (const one of [reviewer, researcher, migrations, notes, hunter])
    await api.instanceWhen(one.id, 'it to be idle', ({ state }) => state === 'idle')
  await api.act(migrations.id, 'pause', { mode: 'hold' })
  await api.act(notes.id, 'pause', { mode: 'freeze' })
  await api.act(hunter.id, 'pause', { mode: 'park' })
  const other = await api.createConversation({ instanceId: researcher.id })
  await api.ask(other.id, 'Compare the two parsers [markdown] [rate 0]')
  const { id } = await api.createConversation({ instanceId: reviewer.id })
  await api.ask(id, 'What is in the notes? [read: notes.md] [think] [rate 0]')
  const waiting = api.send(id, 'Correct the first line of the notes, and run the tests after that [edit] [bash: npm test -- notes --run]')
  const edit = await api.approvalOf(id)
  await api.decide(edit.id, { decision: 'allow' })
  await until('the next question', async () => (await api.approvals()).some((one) => one.conversationId === id && one.id !== edit.id))
  await waiting
  await api.send(id, 'Then write it up for the team, please')
  await api.createConversation({ instanceId: reviewer.id, title: 'A much longer title of a conversation that does not fit' })
  return id
}

/** The pool, with work that waits. */
async function shootPool(app: App, page: Page): Promise<void> {
  await app.api.raw('PATCH', '/pool', { paused: true })
  await app.api.raw('POST', '/tasks', { text: 'Write the release notes', priority: 8 })
  await app.api.raw('POST', '/tasks/batch', { texts: ['Check the links of the guide', 'Check the links of the blog'] })
  await page.locator('.sidebar-link', { hasText: 'Pool' }).click()
  await page.getByText('Check the links of the blog').waitFor()
  await shoot(page, 'pool')
  await page.setViewportSize({ width: 900, height: 600 })
  await shoot(page, 'pool-narrow')
  await page.setViewportSize(sizes.wide)
}

async function shootMetrics(page: Page): Promise<void> {
  const settled = () => page.locator('main.metrics[aria-busy="false"] .chart').first().waitFor()
  await page.locator('.sidebar-link', { hasText: 'Metrics' }).click()
  await page.getByRole('button', { name: '1 h', exact: true }).click()
  for (const name of ['Speed', 'Load', 'Tokens and money', 'Reliability']) {
    await page.getByRole('navigation', { name: 'Metrics sections' }).getByRole('button', { name }).click()
    await settled()
    await shoot(page, `metrics-${name.split(' ')[0]?.toLowerCase() ?? name}`)
  }
  await page.getByRole('button', { name: 'Compare', exact: true }).click()
  await settled()
  await shoot(page, 'metrics-compare')
  await page.getByRole('button', { name: 'Compare', exact: true }).click()
  await page.locator('.glance button').first().click()
  await page.locator('.turn').first().waitFor()
  await shoot(page, 'metrics-turns')
  await page.setViewportSize(sizes.narrow)
  await shoot(page, 'metrics-narrow')
  await page.setViewportSize(sizes.wide)
}

async function shoot(page: Page, name: string): Promise<void> {
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme })
    await page.waitForTimeout(150)
    await page.screenshot({ path: path.join(folder, `${name}-${theme}.png`) })
    for (const fault of await axeFaults(page)) process.stdout.write(`${name} ${theme}: ${fault}\n`)
  }
}

await main()
