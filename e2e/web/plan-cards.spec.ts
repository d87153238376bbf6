import type { Page } from '@playwright/test'
import type { App } from '../support/app.ts'
import { looksRight } from '../support/looks.ts'
import { readyInstance } from '../support/stories.ts'
import { expect, test } from '../support/test.ts'

test.use({ oneApp: true })

test.describe('a card of a plan', () => {
  test('comments on passages, by mouse and by keys, are sent when one keeps planning', async ({ app, ui }) => {
    const { conversation, turn } = await planned(app, ui, '[plan]')
    const plan = ui.getByRole('document', { name: 'Plan' })
    await plan.getByText('Write a test that fails').click()
    await ui.getByRole('button', { name: /^Comment on “Write a test that fails/ }).click()
    await ui.getByRole('textbox', { name: 'Comment' }).fill('Two tests, please.')
    await ui.keyboard.press('Enter')
    await expect(plan).toBeFocused()
    // The first passage is the heading.
    await ui.keyboard.press('j')
    await ui.keyboard.press('c')
    await ui.getByRole('textbox', { name: 'Comment' }).pressSequentially('jck: a better name')
    await ui.keyboard.press('Enter')
    const comments = ui.getByRole('list', { name: 'Comments' }).getByRole('listitem')
    await expect(comments).toHaveCount(2)
    await looksRight(ui, 'plan-comments')
    await ui.reload()
    await expect(comments).toHaveCount(2)
    await ui.getByRole('button', { name: 'Remove comment 2' }).click()
    await ui.getByRole('button', { name: 'Keep planning with 1 comment' }).click()
    expect(await turn).toMatchObject({ outcome: 'done' })
    expect(await told(app, conversation.id)).toContain('> Write a test that fails\n\nTwo tests, please.')
  })

  test('a plan is changed and approved as changed; edits are then accepted', async ({ app, ui }) => {
    const { conversation, instance, turn } = await planned(app, ui, '[plan]')
    await ui.getByRole('button', { name: 'Edit plan' }).click()
    const field = ui.getByRole('textbox', { name: 'The plan in Markdown' })
    await expect(field).toBeFocused()
    await field.fill('# My plan\n\n- Only **this**')
    await ui.getByRole('button', { name: 'Show as document' }).click()
    await expect(ui.getByRole('document', { name: 'Plan' }).getByRole('heading', { name: 'My plan' })).toBeVisible()
    await expect(ui.getByText('Edited by you')).toBeVisible()
    await looksRight(ui, 'plan-edited')
    await ui.getByRole('button', { name: 'Approve my version, accept edits' }).click()
    expect(await turn).toMatchObject({ outcome: 'done' })
    expect(await told(app, conversation.id)).toContain('Approved Plan (edited by user):\n# My plan')
    await expect(ui.locator('.tool[data-tool="ExitPlanMode"]')).toContainText('edited by you, accepts edits')
    expect((await app.api.instance(instance.id)).permissionMode).toBe('acceptEdits')
  })

  test('without a plan file the card says so, and one can be written', async ({ app, ui }) => {
    const { conversation, turn } = await planned(app, ui, '[plan: missing]')
    await expect(ui.getByText('Claude didn’t write a plan file.')).toBeVisible()
    await looksRight(ui, 'plan-missing')
    await ui.getByRole('button', { name: 'Write a plan' }).click()
    await ui.getByRole('textbox', { name: 'The plan in Markdown' }).fill('# Mine')
    await ui.getByRole('button', { name: 'Approve my version, ask before edits' }).click()
    expect(await turn).toMatchObject({ outcome: 'done' })
    expect(await told(app, conversation.id)).toContain('Approved Plan (edited by user):\n# Mine')
  })

  test('a plan of 200 kB is shown from its beginning, can be read on, and is approved whole', async ({ app, ui }) => {
    const { conversation, turn } = await planned(app, ui, '[plan: long] [rate 0]')
    const plan = ui.getByRole('document', { name: 'Plan' })
    await expect(plan.getByRole('heading', { name: 'A very long plan' })).toBeVisible()
    await expect(ui.getByText(/^About [\d,]+ more lines below\.$/)).toBeVisible()
    await expect(plan.getByRole('button', { name: 'Show more' })).toBeVisible()
    await ui.getByRole('button', { name: 'Approve, ask before edits' }).click()
    expect(await turn).toMatchObject({ outcome: 'done' })
    // Claude Code gives Claude the beginning and the file; the thread has all of it.
    expect(await told(app, conversation.id)).toContain('Output too large')
    const results = (await app.api.messages(conversation.id)).flatMap((message) => message.blocks)
    const kept = results.findLast((block) => block.type === 'tool_result')?.data?.['plan']
    expect(kept).toEqual(expect.stringContaining('## Step 1000'))
  })
})

/** A conversation on the page in which Claude has just proposed a plan. */
async function planned(app: App, ui: Page, prompt: string) {
  const { conversation, instance } = await readyInstance(app)
  await ui.locator(`[data-conversation="${conversation.id}"]`).click()
  const turn = app.api.ask(conversation.id, `${prompt} [rate 0]`)
  const approval = await app.api.approvalOf(conversation.id)
  await ui.getByRole('heading', { name: 'Approve this plan?' }).waitFor()
  return { conversation, instance, turn, approval }
}

/** What Claude read of the last call. */
async function told(app: App, conversationId: string): Promise<string> {
  const blocks = (await app.api.messages(conversationId)).flatMap((message) => message.blocks)
  return blocks.findLast((block) => block.type === 'tool_result')?.output ?? ''
}
