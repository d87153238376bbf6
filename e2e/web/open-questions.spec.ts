import { App } from '../support/app.ts'
import { looksRight } from '../support/looks.ts'
import { readyInstance } from '../support/stories.ts'
import { expect, test } from '../support/test.ts'
import { until } from '../support/until.ts'

const question = 'Which database should the service use?'

test.describe('what Claude asks outlives the process that asked', () => {
  test('its process dies: the card stays, says so, and the answer starts Claude again', async ({ app, ui }) => {
    const { instance, conversation } = await readyInstance(app)
    await ui.locator(`[data-conversation="${conversation.id}"]`).click()
    await app.api.send(conversation.id, 'Choose [question]')
    await app.api.approvalOf(conversation.id)
    await killClaude(app, instance.id)
    await expect(ui.getByText('Your answer starts it again.')).toBeVisible()
    await looksRight(ui, 'open-question')
    await ui.getByRole('radio', { name: /SQLite/ }).check()
    await ui.getByRole('button', { name: /^Send answer/ }).click()
    await expect(ui.getByText('You answered:')).toBeVisible()
    await until('the turn to end', async () => (await app.api.turns(conversation.id)).at(-1)?.outcome === 'done')
    expect((await app.api.turns(conversation.id)).at(-1)?.text).toContain(`"${question}"="SQLite"`)
    await expect(ui.getByText('Your answer starts it again.')).toHaveCount(0)
    await looksRight(ui, 'open-question-answered')
  })

  test('kill -9 of the app: the request is there after the next start, and what is answered over REST reaches Claude', async ({
    folders,
  }) => {
    const first = await App.start({ folders })
    const { conversation } = await readyInstance(first)
    await first.api.send(conversation.id, 'May I [bash: echo once >> once.txt]')
    const asked = await first.api.approvalOf(conversation.id)
    await first.kill()
    const second = await App.start({ folders })
    const [open] = await second.api.approvals()
    expect(open).toMatchObject({ id: asked.id, tool: 'Bash', kept: true })
    await second.api.decide(asked.id, { decision: 'allow' })
    await until('the turn to end', async () => (await second.api.turns(conversation.id)).at(-1)?.outcome === 'done')
    expect(await second.api.approvals()).toEqual([])
    await expect(second.api.decide(asked.id, { decision: 'deny' })).rejects.toThrow('already answered')
    await second.quit()
  })

  test('a form of a server that has gone says why it cannot be answered, and is dismissed', async ({ app, ui }) => {
    const server = { command: process.execPath, args: [new URL('../fixtures/mcp-asks.ts', import.meta.url).pathname] }
    const { instance, conversation } = await readyInstance(app, { mcpServers: { asker: server }, allowedTools: ['mcp__asker__deploy'] })
    await ui.locator(`[data-conversation="${conversation.id}"]`).click()
    await app.api.send(conversation.id, 'Deploy [mcp: asker deploy]')
    const asked = await app.api.approvalOf(conversation.id)
    await killClaude(app, instance.id)
    await expect(ui.getByText(/The connection to asker ended before you answered/)).toBeVisible()
    await expect(app.api.decide(asked.id, { decision: 'allow', content: { env: 'staging', regions: ['eu'] } })).rejects.toThrow(
      'Ask Claude to try again.',
    )
    await looksRight(ui, 'open-form-gone')
    // Notices, such as that a server is slow to answer, have a button of the same name.
    const card = ui.getByRole('region', { name: 'Can’t be answered anymore' })
    await card.getByRole('button', { name: 'Dismiss' }).click()
    await expect(card).toHaveCount(0)
    expect(await app.api.approvals()).toEqual([])
  })
})

async function killClaude(app: App, instanceId: string): Promise<void> {
  const { process: claude } = await app.api.instance(instanceId)
  expect(claude?.pid ?? 0).toBeGreaterThan(1)
  process.kill(claude?.pid ?? process.pid, 'SIGKILL')
}
