import { z } from 'zod'
import { runSchema } from '../../shared/domain/run.ts'
import { chromiumArgs, chromiumPath } from '../support/chromium.ts'
import { readyInstance } from '../support/stories.ts'
import { expect, test } from '../support/test.ts'

// A Chromium without windows shows no notifications, whatever it is allowed.
test.use({ launchOptions: { executablePath: chromiumPath(), args: chromiumArgs } })

test('in a browser that was given leave, a question and a gate of a run are told while the page is not looked at, and lead to it', async ({
  app,
  ui,
}) => {
  await ui.context().grantPermissions(['notifications'])
  await ui.addInitScript(() => {
    const told: { title: string; body: string | undefined; click: () => void; closed: boolean }[] = []
    Reflect.set(globalThis, 'told', told)
    class Kept extends EventTarget {
      static permission = 'granted'
      readonly entry
      constructor(title: string, options?: NotificationOptions) {
        super()
        this.entry = { title, body: options?.body, click: () => void this.dispatchEvent(new Event('click')), closed: false }
        told.push(this.entry)
      }
      close() {
        this.entry.closed = true
      }
    }
    Reflect.set(globalThis, 'Notification', Kept)
    document.hasFocus = () => false
  })
  await ui.reload()
  await expect(ui.locator('.shell-body[data-loaded="true"]')).toBeVisible()
  const { conversation } = await readyInstance(app)
  const turn = app.api.ask(conversation.id, 'Choose [question]')
  const approval = await app.api.approvalOf(conversation.id)
  const first = () => ui.evaluate(() => JSON.stringify((Reflect.get(globalThis, 'told') as unknown[])[0] ?? null))
  await expect.poll(first).toContain('has a question')
  expect(await first()).toContain('Which database should the service use?')
  await ui.evaluate(() => (Reflect.get(globalThis, 'told') as { click: () => void }[])[0]?.click())
  await expect(ui.locator('.approval')).toBeVisible()
  await app.api.decide(approval.id, { decision: 'allow', answers: { 'Which database should the service use?': 'SQLite' } })
  expect(await turn).toMatchObject({ outcome: 'done' })
  await expect.poll(first).toContain('"closed":true')

  const definition = {
    recipe: 'release',
    title: 'Release',
    steps: [
      { id: 'out', title: 'Deployed', needs: [], wait: { event: 'deployed' } },
      { id: 'go', title: 'Publish', needs: [], gate: 'Publish the *notes*?', timeoutSeconds: 3_600 },
      { id: 'end', needs: ['go', 'out'], state: { set: { said: '{{ steps.go.message }} {{ steps.out.state }}' } } },
    ],
    outputs: { said: '{{ state.said }}' },
  }
  const { id } = await app.api.call(z.object({ id: z.string() }), 'POST', '/runs', { definition })
  const second = () => ui.evaluate(() => JSON.stringify((Reflect.get(globalThis, 'told') as { title: string }[])[2] ?? null))
  await expect.poll(second).toContain('Release needs your approval')
  await expect(ui).toHaveTitle(/^\(2\)/)
  await ui.evaluate(() => (Reflect.get(globalThis, 'told') as { click: () => void }[])[2]?.click())
  await expect(ui.getByRole('complementary', { name: 'Step Publish' }).getByText('Publish the notes?')).toBeVisible()
  await ui.locator('.sidebar-link', { hasText: 'Needs you' }).click()
  const gate = ui.locator(`[data-need^="${id}/go/"]`)
  await gate.getByLabel('Message').fill('with pleasure')
  await gate.getByRole('button', { name: 'Approve' }).click()
  await expect(gate).toBeHidden()
  await expect.poll(second).toContain('"closed":true')
  await ui.getByRole('button', { name: 'It has happened' }).click()
  await expect(ui.getByText('Nothing needs you.')).toBeVisible()
  await expect.poll(async () => (await app.api.call(runSchema, 'GET', `/runs/${id}`)).outputs).toEqual({ said: 'with pleasure done' })
})

test('the switch says what the browser allows, and off is off', async ({ app, ui }) => {
  await ui.getByRole('button', { name: 'Settings' }).first().click()
  const notifications = ui.getByRole('switch', { name: 'Notifications' })
  await expect(ui.getByText(/Your browser will ask|This browser blocks notifications/)).toBeVisible()
  await expect(notifications).not.toBeChecked()
  await app.api.raw('PATCH', '/settings', { notifications: false })
  await ui.context().grantPermissions(['notifications'])
  await ui.reload()
  await expect(notifications).not.toBeChecked()
  await notifications.click()
  await expect(notifications).toBeChecked()
})
