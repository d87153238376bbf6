import type { Page } from '@playwright/test'
import type { App } from '../support/app.ts'
import { looksRight } from '../support/looks.ts'
import { readyInstance } from '../support/stories.ts'
import { expect, test } from '../support/test.ts'

test.use({ oneApp: true })

test.describe('a card of Claude’s questions', () => {
  test('by keyboard alone: digits choose, Enter goes to the next question and then sends', async ({ app, ui }) => {
    const { conversation, turn } = await asked(app, ui, '[question: many]')
    const composer = ui.getByRole('textbox', { name: 'Message', exact: true })
    await composer.focus()
    // What is typed elsewhere is no answer.
    await composer.pressSequentially('12')
    await expect(ui.getByText('0 of 2 answered')).toBeVisible()
    await composer.fill('')
    await chord(ui, 'Control+Enter', async () => expect(ui.getByRole('radio', { name: /Postgres/ })).toBeFocused({ timeout: 500 }))
    await ui.keyboard.press('2')
    await expect(ui.getByRole('radio', { name: /SQLite/ })).toBeChecked()
    await expect(ui.getByText('1 of 2 answered')).toBeVisible()
    await ui.keyboard.press('Enter')
    await expect(ui.getByRole('checkbox', { name: /Types/ })).toBeFocused()
    await ui.keyboard.press('ArrowDown')
    await ui.keyboard.press('Enter')
    await expect(ui.getByRole('checkbox', { name: /Lint/ })).toBeChecked()
    await ui.keyboard.press('3')
    await ui.keyboard.press('Enter')
    expect(await turn).toMatchObject({ outcome: 'done' })
    expect(await told(app, conversation.id)).toContain('"Which database should the service use?"="SQLite"')
    expect(await told(app, conversation.id)).toContain('="Lint, Unit tests"')
  })

  test('somebody else answers while words are being written: that is said, and the words become a message', async ({ app, ui }) => {
    const { conversation, turn } = await asked(app, ui, '[question]')
    await ui.getByRole('button', { name: /^Let’s talk about it/ }).click()
    await ui.getByRole('textbox', { name: 'Message to Claude' }).fill('Why not both?')
    const { id } = await app.api.approvalOf(conversation.id)
    await app.api.decide(id, { decision: 'allow', answers: { 'Which database should the service use?': 'SQLite' } })
    await expect(ui.getByText(/What you wrote is in the message field/)).toBeVisible()
    await expect(ui.getByRole('textbox', { name: 'Message', exact: true })).toHaveValue('Why not both?')
    expect(await turn).toMatchObject({ outcome: 'done' })
  })

  test('what is chosen and written survives a reload, and a note reaches Claude', async ({ app, ui }) => {
    const { conversation, turn } = await asked(app, ui, '[question]')
    await ui.getByRole('radio', { name: /SQLite/ }).check()
    await ui.getByRole('button', { name: /^Add a note on/ }).click()
    await ui.getByRole('textbox', { name: /^Note on/ }).pressSequentially('1 file only')
    await ui.reload()
    await expect(ui.getByRole('radio', { name: /SQLite/ })).toBeChecked()
    await expect(ui.getByRole('textbox', { name: /^Note on/ })).toHaveValue('1 file only')
    await ui.getByRole('button', { name: /^Send answer/ }).click()
    expect(await turn).toMatchObject({ outcome: 'done' })
    expect(await told(app, conversation.id)).toContain('"SQLite" notes: 1 file only')
  })

  test('talking first, and leaving the rest to Claude', async ({ app, ui }) => {
    const first = await asked(app, ui, '[question]')
    await ui.getByRole('button', { name: 'Let’s talk about it…' }).click()
    await ui.getByRole('textbox', { name: 'Message to Claude' }).fill('What speaks against files?')
    await ui.keyboard.press('Enter')
    expect(await first.turn).toMatchObject({ outcome: 'done' })
    expect(await told(app, first.conversation.id)).toContain('The user responded: What speaks against files?')
    const turn = app.api.ask(first.conversation.id, 'Again [question: many] [rate 0]')
    await ui.getByRole('radio', { name: /SQLite/ }).check()
    await ui.getByRole('button', { name: 'You decide the rest' }).click()
    expect(await turn).toMatchObject({ outcome: 'done' })
    expect(await told(app, first.conversation.id)).toContain('"Which checks should run before a commit?"="No preference')
  })

  test('previews stand beside the options and follow what is looked at', async ({ app, ui }) => {
    const { turn, approval } = await asked(app, ui, '[question: preview]')
    const preview = ui.getByLabel('Preview of Sidebar')
    await expect(preview).toContainText('│ General  │')
    const besides = await preview.evaluate((box) => box.getBoundingClientRect().left)
    expect(besides).toBeGreaterThan(
      await ui.getByRole('radio', { name: /Sidebar/ }).evaluate((box) => box.getBoundingClientRect().right + 100),
    )
    await ui.getByRole('radio', { name: /One page/ }).focus()
    await expect(ui.getByLabel('Preview of One page')).toContainText('Search…')
    await looksRight(ui, 'question-preview')
    await ui.setViewportSize({ width: 390, height: 844 })
    await looksNarrow(ui)
    await app.api.decide(approval.id, { decision: 'deny' })
    await turn
  })

  test('hostile texts are only text: nothing runs, nothing hides, and each option can be chosen', async ({ app, ui }) => {
    const { conversation, turn } = await asked(app, ui, '[question: hostile]')
    await expect(ui.getByRole('heading', { name: 'Claude has 2 questions' })).toBeVisible()
    expect(await ui.locator('.approval').locator('img, script, a').count()).toBe(0)
    await expect(ui.getByText('U+202E').first()).toBeVisible()
    await looksRight(ui, 'question-hostile')
    await ui.getByRole('radio').nth(1).check()
    await ui.getByRole('checkbox', { name: 'constructor' }).check()
    await ui.getByRole('checkbox', { name: '__proto__' }).check()
    await ui.getByRole('button', { name: /^Send answers/ }).click()
    expect(await turn).toMatchObject({ outcome: 'done' })
    expect(await told(app, conversation.id)).toContain('="constructor, __proto__"')
  })
})

/** A conversation on the page in which Claude has just asked. */
async function asked(app: App, ui: Page, prompt: string) {
  const { conversation } = await readyInstance(app)
  await ui.locator(`[data-conversation="${conversation.id}"]`).click()
  const turn = app.api.ask(conversation.id, `${prompt} [rate 0]`)
  const approval = await app.api.approvalOf(conversation.id)
  await ui.getByRole('heading', { name: /^Claude has/ }).waitFor()
  return { conversation, turn, approval }
}

/** A chord is taken once the card has been there for a moment. */
async function chord(ui: Page, keys: string, seen: () => Promise<void>) {
  await expect(async () => {
    await ui.keyboard.press(keys)
    await seen()
  }).toPass()
}

/** What Claude read of the last call. */
async function told(app: App, conversationId: string): Promise<string> {
  const blocks = (await app.api.messages(conversationId)).flatMap((message) => message.blocks)
  return blocks.findLast((block) => block.type === 'tool_result')?.output ?? ''
}

async function looksNarrow(ui: Page) {
  const tooWide = await ui.evaluate(() => (document.scrollingElement?.scrollWidth ?? 0) - window.innerWidth)
  expect(tooWide).toBeLessThanOrEqual(0)
}
