import { chmod, mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Page } from '@playwright/test'
import { App, type AppFolders } from '../support/app.ts'
import { SmallDisk } from '../support/full-disk.ts'
import { looksRight } from '../support/looks.ts'
import { readyInstance } from '../support/stories.ts'
import { expect, test } from '../support/test.ts'
import { answer, call, note, prompt, writeConversation, type Said } from '../support/written-conversation.ts'

const hour = 3_600_000

// Each screen is looked at in both themes and two sizes.
test.describe('a conversation whose folder is gone', () => {
  test('says so, and goes on in another folder that is found by keys alone', async ({ ui, app }) => {
    const folder = path.join(app.folders.work, 'old place')
    await mkdir(folder)
    await mkdir(path.join(app.folders.work, 'new place'))
    const { conversation, instance } = await readyInstance(app, { cwd: folder })
    expect(await app.api.ask(conversation.id, 'Hello')).toMatchObject({ outcome: 'done' })
    await app.api.act(instance.id, 'pause', { mode: 'park' })
    await rm(folder, { recursive: true })
    await ui.locator(`[data-conversation="${conversation.id}"]`).click()
    expect(await app.api.ask(conversation.id, 'Are you there?')).toMatchObject({ outcome: 'failed' })
    const choose = ui.getByRole('button', { name: 'Choose another folder…' })
    await choose.waitFor()
    await looksRight(ui, 'folder-gone')
    await choose.click()
    const dialog = ui.getByRole('dialog', { name: 'Choose another folder' })
    const field = dialog.getByRole('textbox', { name: 'Folder' })
    await expect(field).toBeFocused()
    await looksRight(ui, 'folder-dialog')
    await field.fill(path.join(app.folders.work, 'nowhere'))
    await ui.keyboard.press('Enter')
    await expect(dialog.getByRole('alert')).toBeVisible()
    await looksRight(ui, 'folder-dialog-refused')
    await field.fill(`${app.folders.work}/`)
    await expect(dialog.getByRole('button', { name: 'new place' })).toBeInViewport({ ratio: 1 })
    await looksRight(ui, 'folder-dialog-choices')
    await field.fill(path.join(app.folders.work, 'new place'))
    await dialog.getByRole('button', { name: 'Use this folder' }).click()
    await expect(dialog).toHaveCount(0)
    await looksRight(ui, 'folder-chosen')
    expect(await app.api.ask(conversation.id, 'And now?')).toMatchObject({ outcome: 'done' })
  })
})

test.describe('what is wrong with the app itself', () => {
  test('a store that was put aside is told until it is dismissed', async ({ folders, page }) => {
    await writeFile(path.join(folders.data, 'instances.json'), '{"version": 1, "instances": [{"id": "inst_')
    await writeFile(path.join(folders.data, 'budgets.json'), '{"version": 99, "budgets": []}')
    await chmod(folders.data, 0o777)
    const app = await opened(folders, page)
    await expect(page.getByRole('alert').filter({ hasText: 'instances.json' })).toBeVisible()
    await looksRight(page, 'problems')
    const dismiss = page.getByRole('button', { name: 'Dismiss' })
    const { problems } = await app.api.health()
    await expect(dismiss).toHaveCount(problems.length)
    for (let left = problems.length; left > 0; left -= 1) {
      await dismiss.first().click()
      await expect(dismiss).toHaveCount(left - 1)
    }
  })

  test('a full disk is told, and what was written stays', async ({ folders, page }) => {
    const disk = await SmallDisk.mount(16)
    test.skip(disk === null, 'A small disk cannot be mounted here.')
    if (!disk) return
    try {
      const app = await opened(folders, page, { env: { BULLPEN_HOME: path.join(disk.folder, 'data') } })
      const { conversation } = await readyInstance(app)
      await page.locator(`[data-conversation="${conversation.id}"]`).click()
      disk.fill()
      const field = page.getByRole('textbox', { name: 'Message' })
      await field.fill(`This has to wait. ${'It is long. '.repeat(1_000)}`)
      await page.keyboard.press('Enter')
      await expect(page.getByRole('alert').filter({ hasText: 'full' }).first()).toBeVisible()
      await looksRight(page, 'disk-full')
      await expect(field).toHaveValue(/^This has to wait/)
      await disk.free()
      await expect(page.locator('.banner-failed')).toHaveCount(0)
    } finally {
      for (const app of running.splice(0)) await app.quit()
      await disk.unmount()
    }
  })
})

test.describe('notices in a thread', () => {
  test('what Claude Code says outside of answers', async ({ folders, page }) => {
    await shown(folders, page, notices())
    await expect(page.locator('.note').first()).toBeVisible()
    await looksRight(page, 'notices')
    await page.getByRole('button', { name: 'Show all' }).first().click()
    await looksRight(page, 'notices-unfolded')
    await page.locator('.thread-scroller').evaluate((list) => list.scrollTo(0, 0))
    await looksRight(page, 'notices-top')
  })

  const endings: Record<string, NonNullable<Said['ends']>> = {
    limit: failed('RATE_LIMITED', 'You have reached your 5-hour limit. Send the message again when the limit resets.', {
      retryAt: new Date(Date.now() + 2 * hour).toISOString(),
      limit: 'five_hour',
      detail: "You've hit your session limit · resets 11pm (UTC)",
    }),
    'limit-soon': failed('OVERLOADED', 'The model is overloaded right now. Wait a minute, then send it again.', {
      retryAt: new Date(Date.now() + 110_000).toISOString(),
    }),
    'context-full': failed(
      'TOO_LARGE',
      'This conversation is too long for the model: its context is full. Compact it with /compact, or start a new conversation.',
      { ways: ['compact', 'new-conversation'], detail: 'prompt is too long: 213000 tokens > 200000 maximum' },
    ),
    'signed-out': failed('NOT_LOGGED_IN', 'Claude Code is not signed in, or its key is refused. Sign in, then send the message again.', {
      detail: 'Invalid API key · Please run /login',
    }),
    lost: { outcome: 'lost' },
    stopped: { outcome: 'interrupted' },
    budget: failed('BUDGET_SPENT', 'The budget of this session is spent. Raise it, or start a new conversation.', {}),
  }
  test('how a turn can end', async ({ folders, page }) => {
    const ids: [string, string][] = []
    for (const [place, [name, ends]] of Object.entries(endings).entries()) {
      const said = [prompt('Rename the function in this repository and run the tests'), answer('I will look at it first.', ends)]
      ids.push([name, await writeConversation(folders.data, place + 1, said)])
    }
    await opened(folders, page)
    for (const [name, id] of ids) {
      await page.locator(`[data-conversation="${id}"]`).click()
      await expect(page.locator('.ending')).toBeVisible()
      await looksRight(page, `ending-${name}`)
    }
  })
})

test.describe('texts of which a part is shown', () => {
  const texts: Record<string, Said[]> = {
    answer: [prompt('Show it'), answer(`# A heading\n\n${'lorem ipsum '.repeat(60_000)}`)],
    unformatted: [prompt('Show it'), answer(`Before\n\n${'*_'.repeat(20_000)}x\n\nAfter`)],
    question: [prompt(`Look at this log\n${'2026-02-02 08:00:00 worker started\n'.repeat(400)}`), answer('Seen.')],
    command: call('Bash', { command: `npm test ${'--flag '.repeat(3_000)}`, description: 'Run the tests' }, 'line\n'.repeat(5_000)),
    edit: call(
      'Edit',
      { file_path: '/tmp/a.txt', old_string: 'one\n'.repeat(300), new_string: 'two\n'.repeat(300) },
      'The file has been updated.',
    ),
    marks: [prompt('Show it'), answer(`a${'\u0301'.repeat(5_000)} end`)],
  }
  test('say so, and how much is left', async ({ folders, page }) => {
    const ids: [string, string][] = []
    for (const [place, [name, said]] of Object.entries(texts).entries())
      ids.push([name, await writeConversation(folders.data, place + 1, said)])
    await opened(folders, page)
    for (const [name, id] of ids) {
      await page.locator(`[data-conversation="${id}"]`).click()
      const line = page.locator('.tool-line')
      await page.locator('.answer, .tool').first().waitFor()
      if (name === 'command') await line.first().click()
      await expect(page.getByText(/more (?:lines|marks)|MB more|KB more|Shown as plain text|Show all|Show more/).first()).toBeVisible()
      await expect(page.locator('.row').last()).toBeInViewport()
      await looksRight(page, `bounded-${name}`)
    }
  })
})

/** Everything that Claude Code says outside of answers, as it is stored. */
function notices(): Said[] {
  return [
    prompt('Tidy up the parser'),
    note('mcp', 'MCP servers failed: github (connect ECONNREFUSED 127.0.0.1:8080), jira. Claude works without them.', 'warning'),
    note('mcp', 'MCP server sentry needs a sign-in. Run claude in a terminal and use /mcp to sign in.', 'warning'),
    note('hook', 'PostToolUse:Edit hook failed: prettier: command not found', 'warning'),
    note('hook', 'SessionStart:startup hook: The staging database is read only today.'),
    note('hook', 'Stopped by the Stop hook: tests are missing', 'warning'),
    note('compaction', 'Context compacted automatically: 160k → 9k tokens'),
    note('summary', `This session continues an earlier one.\n\n${'The user asked for a change and it was made. '.repeat(60)}`),
    note('model', 'Switched from claude-opus-5-5 to claude-sonnet-5 because of high demand', 'warning'),
    note('refusal', 'The answer was taken back by the model’s safeguards.', 'warning'),
    note('permission', 'Bash was denied by a permission rule'),
    note('memory', 'Recalled from memory:\n/home/me/.claude/memory/parser.md'),
    note('command', '## Context usage\n\n| part | tokens |\n| --- | ---: |\n| system | 3.1k |\n| messages | 12k |'),
    note('storage', 'The disk was full and Claude Code could not save its session. Free up space; Bullpen has its own copy.', 'error'),
    answer('Done.', { outcome: 'done' }),
    note('background', 'The command in the background has ended: sleep 600'),
    answer('The tests in the background are green.', { outcome: 'done', startedBy: 'claude' }),
  ]
}

function failed(code: string, message: string, data: Record<string, unknown>): NonNullable<Said['ends']> {
  return { outcome: 'failed', error: { code, message, data } }
}

const running: App[] = []
test.afterEach(async () => {
  for (const app of running.splice(0)) await app.quit()
})

async function opened(folders: AppFolders, page: Page, options: Parameters<typeof App.start>[0] = {}): Promise<App> {
  const app = await App.start({ folders, ...options })
  running.push(app)
  await page.goto(app.page)
  return app
}

async function shown(folders: AppFolders, page: Page, said: readonly Said[]): Promise<void> {
  const id = await writeConversation(folders.data, 1, said)
  await opened(folders, page)
  await page.locator(`[data-conversation="${id}"]`).click()
}
