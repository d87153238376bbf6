import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Page } from '@playwright/test'
import type { App } from '../support/app.ts'
import { looksRight } from '../support/looks.ts'
import { readyInstance } from '../support/stories.ts'
import { expect, test } from '../support/test.ts'

const instances = (page: Page) => page.getByRole('region', { name: 'Instances' })
const needs = (page: Page) => page.getByRole('navigation').getByRole('region', { name: 'Needs you' })
const conversations = (page: Page) => page.getByRole('region', { name: 'Conversations' })
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
    await expect(needs(ui).locator('.need-row')).toContainText('Approve Bash')
    await expect(heads(instances(ui))).toContainText(['Instances', 'api'])
    for (const list of [instances(ui), conversations(ui)]) expect((await list.boundingBox())?.height).toBeGreaterThan(110)
    await needs(ui).locator('.need-row').click()
    await expect(ui.getByRole('button', { name: /Allow once/ })).toBeVisible()
    await expect(instances(ui).locator(`[data-instance="${instance.id}"]`)).toBeInViewport()
    await expect(conversations(ui).locator(`[data-conversation="${conversation.id}"]`)).toBeInViewport()
    await looksRight(ui, 'sidebar-forty')
  })
})
