import { looksRight } from '../support/looks.ts'
import { readyInstance } from '../support/stories.ts'
import { expect, test } from '../support/test.ts'

test.use({ oneApp: true })

// Each screen is looked at in both themes and two sizes.
test.describe('cards', () => {
  test('a question, several, and declining', async ({ ui, app }) => {
    const { conversation } = await readyInstance(app)
    await ui.locator(`[data-conversation="${conversation.id}"]`).click()
    for (const [name, text] of [
      ['question', 'Ask me [question]'],
      ['questions', 'Ask me [question: many]'],
    ] as const) {
      const turn = app.api.ask(conversation.id, `${text} [rate 0]`)
      await app.api.approvalOf(conversation.id)
      await ui.getByRole('heading', { name: /^Claude has/ }).waitFor()
      await looksRight(ui, `card-${name}`)
      await ui.getByRole('radio').first().check()
      await looksRight(ui, `card-${name}-chosen`)
      await ui.getByRole('button', { name: /^Decline/ }).click()
      await expect(ui.getByRole('textbox', { name: 'Message to Claude' })).toBeFocused()
      await looksRight(ui, `card-${name}-declining`)
      await ui.keyboard.press('Enter')
      await turn
    }
  })

  test('a plan, and what is to be changed in it', async ({ ui, app }) => {
    const { conversation } = await readyInstance(app)
    await ui.locator(`[data-conversation="${conversation.id}"]`).click()
    const turn = app.api.ask(conversation.id, 'Plan it [plan] [rate 0]')
    await app.api.approvalOf(conversation.id)
    await ui.getByRole('heading', { name: 'Approve this plan?' }).waitFor()
    await looksRight(ui, 'card-plan')
    await ui.getByRole('button', { name: /^Keep planning/ }).click()
    await looksRight(ui, 'card-plan-keep')
    await ui.keyboard.press('Enter')
    await turn
    await looksRight(ui, 'mode-plan')
  })

  test('a form of an MCP server', async ({ ui, app }) => {
    const server = { command: process.execPath, args: [new URL('../fixtures/mcp-asks.ts', import.meta.url).pathname] }
    const { conversation } = await readyInstance(app, { mcpServers: { asker: server }, allowedTools: ['mcp__asker__deploy'] })
    await ui.locator(`[data-conversation="${conversation.id}"]`).click()
    const turn = app.api.ask(conversation.id, 'Deploy [mcp: asker deploy] [rate 0]')
    const approval = await app.api.approvalOf(conversation.id)
    await ui.getByRole('heading', { name: 'asker asks for information' }).waitFor()
    await looksRight(ui, 'card-form')
    await ui.getByRole('button', { name: 'Send', exact: true }).click()
    await expect(ui.getByRole('combobox', { name: 'Environment' })).toBeFocused()
    await looksRight(ui, 'card-form-refused')
    await app.api.decide(approval.id, { decision: 'deny' })
    await turn
  })

  test('a command that is to be approved, changed, refused', async ({ ui, app }) => {
    const { conversation } = await readyInstance(app)
    await ui.locator(`[data-conversation="${conversation.id}"]`).click()
    const turn = app.api.ask(conversation.id, 'Go [bash: npm test -- --run && rm -rf build] [rate 0]')
    await app.api.approvalOf(conversation.id)
    const card = ui.locator('.approval')
    await card.waitFor()
    await looksRight(ui, 'card-command')
    await card.getByRole('button', { name: 'Change the command before it runs' }).click()
    await looksRight(ui, 'card-command-edit')
    await card.getByRole('button', { name: 'Back' }).click()
    await card.getByRole('button', { name: /^Deny/ }).click()
    await looksRight(ui, 'card-command-deny')
    await ui.keyboard.press('Enter')
    await turn
  })
})

test.describe('what a conversation runs with', () => {
  for (const permissionMode of ['default', 'acceptEdits', 'plan', 'bypassPermissions', 'dontAsk']) {
    test(`permission mode ${permissionMode}`, async ({ ui, app }) => {
      const made = await app.api.raw('POST', '/instances', { name: 'reviewer', cwd: app.folders.work, permissionMode, start: false })
      test.skip(made.status >= 400, `This version does not know ${permissionMode}.`)
      const [instance] = await app.api.instances()
      const { id } = await app.api.createConversation({ instanceId: instance?.id ?? '', title: 'A conversation' })
      await ui.locator(`[data-conversation="${id}"]`).click()
      await expect(ui.locator('.composer-facts')).not.toBeEmpty()
      const asks = permissionMode === 'default' || permissionMode === 'acceptEdits'
      await expect(ui.getByText('asks before')).toHaveCount(asks ? 1 : 0)
      await looksRight(ui, `mode-${permissionMode}`)
    })
  }

  test('work in the background and its stop', async ({ ui, app }) => {
    const { conversation } = await readyInstance(app, { allowedTools: ['Bash'] })
    await ui.locator(`[data-conversation="${conversation.id}"]`).click()
    await app.api.ask(conversation.id, '[background: sleep 600] [rate 0]')
    await app.api.ask(conversation.id, `[background: sleep 601 # ${'a very long command line '.repeat(12)}]`)
    const tasks = ui.getByRole('list', { name: 'Background tasks' })
    await expect(tasks.getByRole('listitem')).toHaveCount(2)
    await looksRight(ui, 'background')
    await tasks
      .getByRole('button', { name: /^Stop / })
      .first()
      .click()
    await expect(tasks.getByRole('listitem')).toHaveCount(1)
    await tasks
      .getByRole('button', { name: /^Stop / })
      .first()
      .click()
    await expect(tasks).toHaveCount(0)
    await looksRight(ui, 'background-stopped')
  })

  test.describe('with a budget of the whole app', () => {
    test.use({ oneApp: false })

    test('a message that waits: held, and for a budget that is used up', async ({ ui, app }) => {
      const { conversation, instance } = await readyInstance(app)
      await ui.locator(`[data-conversation="${conversation.id}"]`).click()
      await app.api.act(instance.id, 'pause', { mode: 'hold' })
      await app.api.send(conversation.id, 'This waits until it is resumed')
      await expect(ui.getByRole('list', { name: 'Queued messages' })).toBeVisible()
      await looksRight(ui, 'waiting-held')
      await app.api.act(instance.id, 'resume')
      await expect(ui.getByRole('list', { name: 'Queued messages' })).toHaveCount(0)
      const budget = { id: 'budget_0123456789abcdef', scope: 'all', targetId: null, limitUsd: 0.000001, period: 'day', action: 'stop' }
      expect((await app.api.raw('PUT', '/metrics/budgets', { budgets: [budget] })).status).toBe(200)
      await app.api.send(conversation.id, 'This waits until there is money for it')
      await expect(ui.getByRole('list', { name: 'Queued messages' })).toContainText('budget')
      await looksRight(ui, 'waiting-budget')
    })
  })
})
