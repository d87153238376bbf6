import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Page } from '@playwright/test'
import type { App } from '../support/app.ts'
import { looksRight } from '../support/looks.ts'
import { readyInstance } from '../support/stories.ts'
import { expect, test } from '../support/test.ts'

test.describe('what a conversation changed', () => {
  test('is seen beside the thread, read, searched, and commented on; a reload and the way back keep the place', async ({ app, ui }) => {
    const { conversation } = await changedRepository(app)
    await ui.locator(`[data-conversation="${conversation.id}"]`).click()
    await expect(ui.getByRole('button', { name: /^Branch main .*4 uncommitted/ })).toBeVisible()
    // A path in the thread leads to what was changed in it.
    await ui.locator('.tool[data-tool="Edit"]').getByRole('button', { name: 'notes.md', exact: true }).first().click()
    await expect(fileView(ui, 'notes.md')).toContainText('# Notes (edited)')
    await ui.goBack()
    await ui.keyboard.press('Control+Shift+G')
    await compareWith(ui, 'Last commit')
    await filesOf(ui)
      .getByRole('button', { name: /server\.ts/ })
      .click()
    const server = fileView(ui, 'src/core/server.ts')
    await expect(server.locator('.diff-word').first()).toHaveText('3')
    await expect(server.locator('[data-kind="added"]')).toHaveCount(2)
    await looksRight(ui, 'changes', { phone: { width: 390, height: 844 }, narrow: { width: 900, height: 600 } })

    await ui.keyboard.press('s')
    await expect(server.locator('.split-row').first()).toBeVisible()
    await ui.keyboard.press('s')
    await server.getByRole('button', { name: 'Show 30 lines' }).click()
    await expect(server).toContainText("'handler 20'")

    await ui.keyboard.press('/')
    await ui.keyboard.type('Handler THREE')
    await expect(ui.getByText('1 match in 1 file')).toBeVisible()
    await expect(server.locator('mark')).toHaveText(['handler', 'three'])
    // A search leads to what it finds, and says where it finds nothing.
    await ui.getByRole('searchbox', { name: 'Search in all changes' }).fill('edited')
    await expect(fileView(ui, 'notes.md').locator('mark')).toHaveText(['edited'])
    await ui.getByRole('searchbox', { name: 'Search in all changes' }).fill('nothing like it')
    await expect(ui.getByText('No file matches')).toBeVisible()
    await expect(fileView(ui, 'notes.md')).toHaveCount(0)
    await ui.getByRole('searchbox', { name: 'Search in all changes' }).fill('handler three')
    await expect(server.locator('mark')).toHaveText(['handler', 'three'])
    await ui.keyboard.press('Escape')

    await server.getByRole('button', { name: 'Select added line 5', exact: true }).click()
    await ui.keyboard.press('c')
    await ui.getByRole('textbox', { name: 'Comment' }).fill('Call it by its number.')
    await ui.reload()
    await expect(fileView(ui, 'src/core/server.ts')).toContainText('Call it by its number.')
    await ui.getByRole('button', { name: 'Send 1 comment…' }).click()
    const message = ui.getByRole('textbox', { name: 'Message' })
    await expect(message).toHaveValue(/`src\/core\/server\.ts`, line 5\n\n```diff\n\+ {2}register\(3, 'handler three'\)/)
    await message.fill(`${await message.inputValue()}\n[rate 0] [long 5]`)
    await ui.getByRole('dialog').getByRole('button', { name: 'Send' }).click()
    await expect(ui.locator('.user-text').last()).toContainText('Call it by its number.')
    await ui.goBack()
    await expect(ui.getByRole('button', { name: /^Send/ })).toHaveCount(0)
  })

  test('is taken back by lines, which can be undone, and committed as far as it is chosen', async ({ app, ui }) => {
    const { conversation, git, read, hook } = await changedRepository(app)
    await ui.locator(`[data-conversation="${conversation.id}"]`).click()
    await ui.getByRole('button', { name: /^4 files changed/ }).click()
    await filesOf(ui)
      .getByRole('button', { name: /server\.ts/ })
      .click()
    const server = fileView(ui, 'src/core/server.ts')
    await server.getByRole('button', { name: 'Take back the change at lines 39–45' }).click()
    await expect.poll(() => read()).toContain("register(40, 'handler 40')")
    expect(read()).toContain('handler three')
    await expect(server.locator('[data-kind="added"]')).toHaveCount(1)
    await ui.getByRole('button', { name: 'Undo' }).click()
    await expect.poll(() => read()).toContain("register(41, 'handler 40')")
    await expect(server.locator('[data-kind="added"]')).toHaveCount(2)

    // All but one line of this file, and not the deleted one.
    await server.getByRole('checkbox', { name: 'Commit the change at lines 39–45' }).uncheck()
    await ui.getByRole('checkbox', { name: 'Commit old.txt' }).uncheck()
    hook('echo "no tests ran" >&2; exit 1')
    await ui.getByRole('button', { name: 'Commit…' }).click()
    const dialog = ui.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Draft with Claude' }).click()
    await expect(dialog.getByRole('textbox', { name: 'Message' })).not.toHaveValue('')
    await dialog.getByRole('textbox', { name: 'Message' }).fill('Name the third handler')
    await dialog.getByRole('button', { name: 'Commit', exact: true }).click()
    await expect(dialog.getByText('no tests ran', { exact: true })).toBeVisible()
    await looksRight(ui, 'commit', { wide: { width: 1280, height: 800 } })
    hook('exit 0')
    await dialog.getByRole('button', { name: 'Commit', exact: true }).click()
    await expect(ui.getByText(/^Committed [0-9a-f]{7} to main\.$/)).toBeVisible()
    expect(git('log', '--format=%s', '-1').trim()).toBe('Name the third handler')
    const committed = git('show', 'HEAD:src/core/server.ts')
    expect(committed).toContain('handler three')
    expect(committed).toContain("register(40, 'handler 40')")
    expect(git('ls-tree', '--name-only', 'HEAD')).toContain('old.txt')
    expect(git('status', '--porcelain')).toContain(' D old.txt')
    // The header's count is of what is left; and one that was deleted has no changes.
    await ui.getByRole('button', { name: 'Back to the conversation' }).click()
    await expect(ui.getByRole('button', { name: /^Branch main .*2 uncommitted/ })).toBeVisible()
    await ui.goBack()
    await app.api.raw('DELETE', `/conversations/${conversation.id}`)
    await expect(ui.getByRole('heading', { name: 'This conversation is gone' })).toBeVisible()
    await ui.getByRole('button', { name: 'Go to the start page' }).click()
    await expect(ui.getByRole('heading', { name: 'Pick up where you left off' })).toBeVisible()
  })
})

function filesOf(ui: Page) {
  return ui.getByRole('navigation', { name: 'Changed files' })
}

function fileView(ui: Page, name: string) {
  return ui.getByRole('region', { name: `Changes to ${name}` })
}

async function compareWith(ui: Page, name: string): Promise<void> {
  await ui.getByRole('button', { name: /^Compared with/ }).click()
  await ui.getByRole('menuitem', { name }).click()
}

/** A repository in which Claude has changed files, by its tools and by a command. */
async function changedRepository(app: App) {
  const folder = app.folders.work
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' })
  const lines = Array.from({ length: 60 }, (_, place) => `  register(${place}, 'handler ${place}') // keeps its place\n`)
  mkdirSync(path.join(folder, 'src', 'core'), { recursive: true })
  writeFileSync(path.join(folder, 'src', 'core', 'server.ts'), `export function start(port: number) {\n${lines.join('')}}\n`)
  writeFileSync(path.join(folder, 'notes.md'), '# Notes\n\nThe first line.\n')
  writeFileSync(path.join(folder, 'old.txt'), 'gone soon\n')
  git('init', '-q', '-b', 'main')
  git('config', 'user.name', 'Ada')
  git('config', 'user.email', 'ada@example.com')
  git('add', '.')
  git('commit', '-q', '-m', 'First')
  const { conversation } = await readyInstance(app, { permissionMode: 'acceptEdits', allowedTools: ['Bash', 'Write', 'Edit', 'Read'] })
  const command = `sed -i "s/handler 3'/handler three'/; s/register(40, /register(41, /" src/core/server.ts && rm old.txt`
  await app.api.ask(conversation.id, `Change it [edit: notes.md] [write: src/added.ts export const added = 1] [bash: ${command}] [rate 0]`)
  const hook = (script: string) =>
    writeFileSync(path.join(folder, '.git', 'hooks', 'pre-commit'), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  return { conversation, git, hook, read: () => readFileSync(path.join(folder, 'src', 'core', 'server.ts'), 'utf8') }
}
