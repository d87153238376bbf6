import type { Page } from '@playwright/test'
import { z } from 'zod'
import { keptWorkspaceSchema } from '../../shared/domain/workspace.ts'
import { App } from '../support/app.ts'
import { looksRight } from '../support/looks.ts'
import { readyInstance } from '../support/stories.ts'
import { expect, test } from '../support/test.ts'

const keptSchema = z.object({ workspace: keptWorkspaceSchema.nullable() })
const pane = (ui: Page, number: number) => ui.locator(`.pane[data-pane="${number}"]`)
const row = (ui: Page, title: string) => ui.locator('.sidebar').getByRole('button', { name: title }).first()

/** Conversations of one instance, named one, two and so on, each with a turn. */
async function conversations(app: App, titles: readonly string[]): Promise<string[]> {
  const { instance } = await readyInstance(app)
  const made: string[] = []
  for (const title of titles) {
    const { id } = await app.api.createConversation({ title, instanceId: instance.id })
    await app.api.ask(id, `[echo: said in ${title}]`)
    made.push(id)
  }
  return made
}

test.describe('conversations side by side', () => {
  test('opened beside by press, key, menu and drag; each is written in; one is active; closed and moved', async ({ app, ui }) => {
    const [first = '', second = ''] = await conversations(app, ['Alpha', 'Beta', 'Gamma', 'Delta'])
    await row(ui, 'Alpha').click()
    await row(ui, 'Beta').click({ modifiers: ['ControlOrMeta'] })
    await expect(ui).toHaveURL(new RegExp(`#/panes/2/${first}/${second}$`))
    await expect(ui.getByRole('region', { name: 'Pane 2 of 2: Beta, active' })).toBeVisible()
    await expect(pane(ui, 1)).toContainText('said in Alpha')
    await expect(pane(ui, 2)).toContainText('said in Beta')
    await expect(pane(ui, 2).getByRole('textbox', { name: 'Message' })).toBeFocused()
    await ui.keyboard.press('F6')
    await expect(pane(ui, 1).getByRole('textbox', { name: 'Message' })).toBeFocused()
    await ui.keyboard.type('[echo: to the first]')
    await ui.keyboard.press('Enter')
    await expect(pane(ui, 1)).toContainText('to the first')
    await expect(pane(ui, 2)).not.toContainText('to the first')
    await row(ui, 'Gamma').dragTo(pane(ui, 1).locator('.conversation-main'), { targetPosition: { x: 20, y: 200 } })
    await expect(ui.getByRole('region', { name: 'Pane 1 of 3: Gamma, active' })).toBeVisible()
    await ui.setViewportSize({ width: 1900, height: 900 })
    await ui.keyboard.press('ControlOrMeta+\\')
    await ui.getByPlaceholder('Open a conversation beside…').fill('Delta')
    await ui.keyboard.press('Enter')
    await expect(ui.locator('.pane')).toHaveCount(4)
    await expect(ui.getByRole('region', { name: /active$/ })).toHaveAccessibleName('Pane 2 of 4: Delta, active')
    await looksRight(ui, 'panes-four', { large: { width: 1900, height: 900 } })
    await ui.setViewportSize({ width: 1900, height: 900 })
    await ui.keyboard.press('ControlOrMeta+Shift+x')
    await expect(ui.locator('.pane')).toHaveCount(3)
    await pane(ui, 3).getByRole('button', { name: 'Close pane 3' }).click()
    await expect(ui.getByRole('region', { name: /active$/ })).toHaveAccessibleName('Pane 2 of 2: Alpha, active')
    await ui.getByRole('button', { name: 'Actions for pane 2' }).click()
    await ui.getByRole('menuitem', { name: 'Move left' }).click()
    await expect(ui.getByRole('region', { name: /active$/ })).toHaveAccessibleName('Pane 1 of 2: Alpha, active')
    await looksRight(ui, 'panes-two')
  })

  test('a key that allows goes to the active pane; details are those of the active one', async ({ app, ui }) => {
    const { conversation: left } = await readyInstance(app)
    const { conversation: right } = await readyInstance(app)
    await ui.goto(`${app.url}/#/panes/2/${left.id}/${right.id}`)
    await ui.reload()
    const turns = [left, right].map(({ id }, at) => app.api.ask(id, `[bash: touch ${at}.txt]`))
    await expect(pane(ui, 1).locator('.approval')).toBeVisible()
    await expect(pane(ui, 2).locator('.approval')).toBeVisible()
    await expect(ui.getByRole('region', { name: 'Details' })).toHaveCount(1)
    await pane(ui, 1).getByRole('textbox', { name: 'Message' }).focus()
    await expect(async () => {
      await ui.keyboard.press('ControlOrMeta+Enter')
      await expect(pane(ui, 1).getByRole('button', { name: 'Allow once' })).toHaveCount(0, { timeout: 600 })
    }).toPass()
    expect(await turns[0]).toMatchObject({ outcome: 'done' })
    await expect(pane(ui, 2).getByRole('button', { name: 'Allow once' })).toBeVisible()
    expect((await app.api.approvals()).map(({ conversationId }) => conversationId)).toEqual([right.id])
    const [open] = await app.api.approvals()
    await app.api.decide(open?.id ?? '', { decision: 'deny' })
    await turns[1]
  })

  test('reload, back and forward, another port and what is gone meanwhile; in a narrow window they are tabs', async ({
    app,
    ui,
    folders,
  }) => {
    const [first = '', second = '', third = ''] = await conversations(app, ['Alpha', 'Beta', 'Gamma'])
    const long = app.api.ask(first, '[long 3000] [rate 0] [markdown]')
    await row(ui, 'Alpha').click()
    await long
    await row(ui, 'Beta').click({ modifiers: ['ControlOrMeta'] })
    await row(ui, 'Gamma').click()
    await expect(ui).toHaveURL(new RegExp(`#/panes/2/${first}/${third}$`))
    await ui.goBack()
    await expect(pane(ui, 2)).toContainText('said in Beta')
    await ui.goBack()
    await expect(ui.locator('.pane')).toHaveCount(1)
    await ui.goForward()
    await ui.goForward()
    await expect(pane(ui, 2)).toContainText('said in Gamma')
    const edge = ui.getByRole('separator', { name: 'Width of pane 1' })
    await edge.focus()
    for (let press = 0; press < 5; press += 1) await ui.keyboard.press('ArrowRight')
    const widths = () => ui.locator('.pane').evaluateAll((all) => all.map((one) => Math.round(one.getBoundingClientRect().width / 20)))
    const dragged = await widths()
    expect(dragged[0]).toBeGreaterThan(dragged[1] ?? 0)
    await expect(ui.getByRole('button', { name: /Jump to latest/ })).toHaveCount(0)
    await pane(ui, 1).locator('.thread-scroller').hover()
    await ui.mouse.wheel(0, -700)
    const inSight = () =>
      pane(ui, 1)
        .locator('.thread-scroller')
        .evaluate(
          (list) =>
            [...list.querySelectorAll('.row')]
              .find((one) => one.getBoundingClientRect().bottom > list.getBoundingClientRect().top + 1)
              ?.getBoundingClientRect().top ?? 0,
        )
    await expect(ui.getByRole('button', { name: /Jump to latest/ })).toBeVisible()
    const kept = async () => (await app.api.call(keptSchema, 'GET', '/workspace')).workspace
    await expect.poll(async () => Object.keys((await kept())?.scroll ?? {})).toEqual([first])
    const before = await inSight()
    await ui.reload()
    await expect(pane(ui, 2)).toContainText('said in Gamma')
    expect(await widths()).toEqual(dragged)
    await expect.poll(async () => Math.abs((await inSight()) - before)).toBeLessThan(6)
    await app.api.call(z.unknown(), 'DELETE', `/conversations/${third}`)
    await expect(pane(ui, 2)).toContainText('This conversation is gone')
    await looksRight(ui, 'panes-gone', { wide: { width: 1280, height: 800 } })
    await ui.setViewportSize({ width: 390, height: 800 })
    await expect(ui.getByRole('tab', { name: 'Alpha' })).toBeVisible()
    await ui.getByRole('tab', { name: 'Alpha' }).click()
    await expect(ui.locator('.pane')).toHaveCount(1)
    await looksRight(ui, 'panes-tabs', { small: { width: 390, height: 800 } })
    await expect.poll(async () => (await kept())?.address).toBe(`#/panes/1/${first}/${third}`)
    await ui.goto('about:blank')
    await app.quit()
    const again = await App.start({ folders })
    const other = await ui.context().browser()?.newContext()
    const fresh = await other?.newPage()
    if (!fresh) throw new Error('There is no other browser.')
    await fresh.goto(again.page)
    await expect(fresh).toHaveURL(new RegExp(`#/panes/1/${first}/${third}$`))
    await expect(pane(fresh, 1)).toBeVisible()
    expect(second).not.toBe('')
    await other?.close()
    await again.dispose()
  })
})
