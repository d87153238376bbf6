import { looksRight } from '../support/looks.ts'
import { readyInstance } from '../support/stories.ts'
import { expect, test } from '../support/test.ts'

test('a side question: by key or from what is selected, streamed, asked further, put into the message, closed without a trace, and kept', async ({
  app,
  ui,
}) => {
  const { conversation } = await readyInstance(app)
  await app.api.ask(conversation.id, '[remember: heron]')
  await ui.goto(`${app.url}/#/conversation/${conversation.id}`)
  await ui.reload()
  const thread = ui.getByRole('log', { name: 'Messages' })
  const before = await app.api.messages(conversation.id)
  await ui.getByRole('textbox', { name: 'Message' }).focus()
  await ui.keyboard.press('ControlOrMeta+j')
  const panel = ui.getByRole('region', { name: 'Side question' })
  const field = panel.getByRole('textbox', { name: 'Side question' })
  await expect(field).toBeFocused()
  await field.fill('[recall]')
  await ui.keyboard.press('Enter')
  await expect(panel).toContainText('You told me to remember: heron')
  // Its text is there before it is over.
  await expect(panel.getByRole('button', { name: 'Ask', exact: true })).toBeVisible()
  await field.fill('[long 4000] [rate 60]')
  await ui.keyboard.press('Enter')
  await panel.getByRole('button', { name: 'Stop' }).click()
  await expect(panel).toContainText('Stopped.')
  await field.fill('[markdown]')
  await ui.keyboard.press('Enter')
  await expect(panel.getByRole('button', { name: 'Put into the message' })).toBeVisible()
  await looksRight(ui, 'aside', {
    wide: { width: 1280, height: 800 },
    narrow: { width: 900, height: 600 },
    small: { width: 390, height: 800 },
  })
  await panel.getByRole('button', { name: 'Put into the message' }).click()
  await expect(ui.getByRole('textbox', { name: 'Message' })).not.toHaveValue('')
  await ui.getByRole('textbox', { name: 'Message' }).fill('')
  await field.focus()
  await ui.keyboard.press('Escape')
  await expect(panel).toHaveCount(0)
  await expect(ui.getByRole('textbox', { name: 'Message' })).toBeFocused()
  expect(await app.api.messages(conversation.id)).toEqual(before)
  expect(await app.api.conversations()).toHaveLength(1)
  await thread.getByText('I will remember: heron').dblclick({ position: { x: 20, y: 8 } })
  await ui.getByRole('button', { name: 'Ask about this' }).click()
  await expect(field).toHaveValue(/^> \w+\n\n$/)
  await field.pressSequentially('[remember: pelican]')
  await ui.keyboard.press('Enter')
  await expect(panel).toContainText('I will remember: pelican')
  await panel.getByRole('button', { name: 'Keep as a new conversation' }).click()
  await expect(panel).toHaveCount(0)
  await expect(thread).toContainText('I will remember: pelican')
  await ui.getByRole('textbox', { name: 'Message' }).fill('[recall]')
  await ui.keyboard.press('Enter')
  await expect(thread).toContainText('You told me to remember: pelican')
  expect(await app.api.messages(conversation.id)).toEqual(before)
})
