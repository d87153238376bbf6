import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Page } from '@playwright/test'
import type { App } from '../support/app.ts'
import { looksRight } from '../support/looks.ts'
import { readyInstance } from '../support/stories.ts'
import { expect, test } from '../support/test.ts'

test.use({ oneApp: true })

const instances = (page: Page) => page.getByRole('navigation').getByRole('region', { name: 'Instance list' })
const needs = (page: Page) => page.getByRole('navigation').getByRole('region', { name: 'Waiting for you' })
const conversations = (page: Page) => page.getByRole('navigation').getByRole('region', { name: 'Conversation list' })
const heads = (list: ReturnType<typeof instances>) => list.locator('[data-group] bdi')

/** Folders of their own; each that is named so is a repository. */
async function repositories(app: App, names: readonly string[]): Promise<Record<string, string>> {
  const made = await Promise.all(
    names.map(async (name) => {
      const folder = path.join(app.folders.work, name)
      await mkdir(path.join(folder, '.git'), { recursive: true })
      await mkdir(path.join(folder, 'src'))
      await writeFile(path.join(folder, '.git', 'HEAD'), 'ref: refs/heads/main\n')
      return [name, folder] as const
    }),
  )
  return Object.fromEntries(made)
}

test.describe('the sidebar with forty instances', () => {
  test('groups them by project, shows both lists on a small window, and keeps the open one in view', async ({ app, ui }) => {
    const names = ['api', 'docs', 'infra', 'mobile', 'site', 'tools', 'web', 'worker']
    const folders = await repositories(app, names)
    for (let place = 0; place < 40; place += 8) {
      await Promise.all(
        names.map(async (name, at) => {
          const cwd = path.join(folders[name] ?? '', place % 16 === 0 ? 'src' : '')
          const { id } = await app.api.spawn({ name: `${name}-${place / 8 + 1}`, cwd, start: false })
          if (at < 6) await app.api.createConversation({ instanceId: id, title: `Talk ${place / 8 + 1} about ${name}` })
        }),
      )
    }
    const { instance, conversation } = await readyInstance(app, { name: 'asker', cwd: folders['web'] })
    await app.api.send(conversation.id, '[bash: touch one.txt]')
    await ui.setViewportSize({ width: 900, height: 600 })
    await ui.getByRole('navigation').getByRole('button', { name: 'Library' }).click()
    await expect(needs(ui).locator('.need-row')).toContainText('Approve Bash')
    await expect(heads(instances(ui))).toContainText(['Instances', 'api'])
    for (const list of [instances(ui), conversations(ui)]) expect((await list.boundingBox())?.height).toBeGreaterThan(110)
    await needs(ui).locator('.need-row').click()
    await expect(ui.getByRole('button', { name: /Allow once/ })).toBeVisible()
    await expect(instances(ui).locator(`[data-instance="${instance.id}"]`)).toBeInViewport()
    await expect(conversations(ui).locator(`[data-conversation="${conversation.id}"]`)).toBeInViewport()
    await looksRight(ui, 'sidebar-forty')
    await ui.reload()
    await expect(instances(ui).locator(`[data-instance="${instance.id}"]`)).toBeInViewport()
    await expect(conversations(ui).locator(`[data-conversation="${conversation.id}"]`)).toBeInViewport()
  })

  test('pins, keys, and several instances at once', async ({ app, ui }) => {
    const folders = await repositories(app, ['api', 'web'])
    const made: Record<string, string> = {}
    for (const [name, folder] of [
      ['one', 'api'],
      ['two', 'api'],
      ['three', 'web'],
    ] as const) {
      const { id } = await app.api.spawn({ name, cwd: folders[folder], start: false })
      made[name] = id
      made[`${name} talk`] = (await app.api.createConversation({ instanceId: id, title: `About ${name}` })).id
    }
    const row = (name: string) => instances(ui).locator(`[data-instance="${made[name] ?? ''}"]`)
    const talks = conversations(ui).locator('[data-conversation]')
    await expect(talks).toContainText(['About two', 'About one', 'About three'])

    // Pinned on the page and by REST, and told to both.
    await talks.filter({ hasText: 'About three' }).click({ button: 'right' })
    await ui.getByRole('menuitem', { name: /^Pin/ }).click()
    await expect(talks).toContainText(['About three', 'About two', 'About one'])
    // By key alone: what a menu's dialog leaves is where one was.
    const third = talks.filter({ hasText: 'About three' })
    await third.focus()
    await ui.keyboard.press('Shift+F10')
    await ui.getByRole('menuitem', { name: /^Rename/ }).click()
    await expect(ui.getByRole('dialog').getByRole('textbox')).toBeFocused()
    await ui.keyboard.press('Escape')
    await expect(third).toBeFocused()
    expect((await app.api.raw('PUT', '/pins/@two')).status).toBe(200)
    await expect(instances(ui).locator('[data-instance]').first()).toContainText('two')
    expect((await app.api.raw('GET', '/pins')).body).toMatchObject({
      items: [{ id: made['three talk'] }, { id: made['two'], kind: 'instance' }],
    })
    // Moved among the pins from the menu, then by key, where the focus stays with it.
    await talks.filter({ hasText: 'About one' }).click({ button: 'right' })
    await ui.getByRole('menuitem', { name: /^Pin/ }).click()
    await expect(talks).toContainText(['About three', 'About one', 'About two'])
    await talks.filter({ hasText: 'About one' }).click({ button: 'right' })
    await expect(ui.getByRole('menuitem', { name: 'Move down' })).toHaveCount(0)
    await ui.getByRole('menuitem', { name: 'Move up' }).click()
    await expect(talks).toContainText(['About one', 'About three', 'About two'])
    const first = talks.filter({ hasText: 'About one' })
    await first.focus()
    await ui.keyboard.press('Alt+Shift+PageDown')
    await expect(talks).toContainText(['About three', 'About one', 'About two'])
    await expect(first).toBeFocused()
    expect((await app.api.raw('DELETE', `/pins/${made['one talk'] ?? ''}`)).status).toBe(200)
    await expect(talks).toContainText(['About three', 'About two', 'About one'])

    // By key: by number, the next, and round the sidebar's own order.
    await ui.keyboard.press('Alt+2')
    await expect(ui).toHaveURL(new RegExp(made['two talk'] ?? ''))
    await ui.keyboard.press('Alt+ArrowDown')
    await expect(ui).toHaveURL(new RegExp(made['one talk'] ?? ''))
    await ui.keyboard.press('Alt+ArrowUp')
    await expect(talks.filter({ hasText: 'About two' })).toHaveAttribute('aria-current', 'page')

    // A project's, then those that are selected; what was done can be undone.
    await instances(ui).locator('[data-group]', { hasText: 'api' }).hover()
    await ui.getByRole('button', { name: 'Actions for all in api' }).click()
    await ui.getByRole('menuitem', { name: /^Hold/ }).click()
    await expect(ui.getByText('1 instance held.')).toBeVisible()
    await expect(row('one')).toContainText('Held')
    await row('two').click({ modifiers: ['ControlOrMeta'] })
    await row('three').click({ modifiers: ['ControlOrMeta'] })
    await ui.getByRole('button', { name: 'Actions for selected instances' }).click()
    await ui.getByRole('menuitem', { name: /^Hold/ }).click()
    await expect(row('three')).toContainText('Held')
    await ui.getByText('2 instances held.').locator('..').getByRole('button', { name: 'Undo' }).click()
    await expect(row('three')).toContainText('Stopped')
    await expect(row('one')).toContainText('Held')
    await ui.getByRole('button', { name: 'Clear selection' }).click()
    const all = await app.api.raw('POST', '/instances/several', { all: true, action: 'resume' })
    expect(all.body).toMatchObject({ items: [{ name: 'one', outcome: 'done' }, { outcome: 'unchanged' }, { outcome: 'unchanged' }] })
    await ui.reload()
    await expect(talks).toContainText(['About three', 'About two', 'About one'])
  })
})

test('home says what needs the user, what runs, what was done last and what it cost, and pages that are gone say so', async ({
  app,
  ui,
}) => {
  const { conversation } = await readyInstance(app, { name: 'asker' })
  const busy = await readyInstance(app, { name: 'worker' })
  await app.api.ask(busy.conversation.id, '[echo: done before]')
  await ui.reload()
  const part = (name: string) => ui.getByRole('main').getByRole('region', { name })
  await expect(part('Needs you')).toContainText('Nothing needs you.')
  await expect(part('Running')).toContainText('Nothing is running.')
  await app.api.send(conversation.id, '[bash: touch one.txt]')
  await expect(part('Needs you')).toContainText('Approve Bash')
  await expect(ui.getByText('Approve Bash')).toHaveCount(1)
  await expect(part('Running').getByRole('button')).toContainText('asker')
  await expect(part('Recent conversations')).toContainText('done before')
  await expect(ui.getByRole('button', { name: /Spent today/ })).toContainText(/\$\d/)
  await looksRight(ui, 'home', {
    wide: { width: 1280, height: 800 },
    narrow: { width: 900, height: 600 },
    phone: { width: 390, height: 760 },
  })
  await part('Needs you').getByRole('button').click()
  await expect(ui.getByRole('button', { name: /Allow once/ })).toBeVisible()
  await ui.getByRole('navigation').getByRole('button', { name: 'Bullpen' }).click()
  await expect(part('Needs you')).toBeVisible()

  const go = (hash: string) => ui.evaluate((to) => void (location.hash = to), hash)
  await go('#/conversation/nothing-like-it')
  await expect(ui.getByRole('heading', { name: 'There is no such page' })).toBeVisible()
  await go('#/instance/inst_00000000000000000000dead')
  await expect(ui.getByRole('heading', { name: 'This instance is gone' })).toBeVisible()
  await looksRight(ui, 'gone-instance')
  await ui.getByRole('button', { name: 'Go to the start page' }).click()
  await expect(part('Recent conversations')).toBeVisible()
})
