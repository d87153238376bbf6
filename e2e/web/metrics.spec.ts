import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { z } from 'zod'
import type { App } from '../support/app.ts'
import { looksRight } from '../support/looks.ts'
import { readyInstance } from '../support/stories.ts'
import { axeFaults, expect, test } from '../support/test.ts'

const sizes = { wide: { width: 1280, height: 800 }, narrow: { width: 900, height: 600 }, phone: { width: 390, height: 800 } }

/** Two instances with some turns each; the second one failed once. */
async function someTurns(app: App) {
  const first = await readyInstance(app, { name: 'reviewer' })
  const second = await readyInstance(app, { name: 'researcher' })
  for (const { conversation } of [first, second]) {
    await app.api.ask(conversation.id, 'hello there [rate 0]')
    await app.api.ask(conversation.id, 'and once more [rate 0]')
  }
  const failed = await app.api.ask(second.conversation.id, '[400]')
  return { first, second, failed }
}

async function openMetrics(ui: Page): Promise<void> {
  await ui.locator('.sidebar-link', { hasText: 'Metrics' }).click()
  await settled(ui)
}

/** Every figure on the screen is to what is asked. */
async function settled(ui: Page): Promise<void> {
  await expect(ui.locator('main.metrics')).toHaveAttribute('aria-busy', 'false')
}

/** What lies below is made when it is scrolled to. */
async function scrollToEnd(ui: Page): Promise<void> {
  await expect(async () => {
    await ui.locator('.metrics-scroll').evaluate((element) => element.scrollTo(0, element.scrollHeight))
    await settled(ui)
    const left = await ui.locator('.metrics-scroll').evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight)
    expect(left).toBeLessThan(4)
  }).toPass()
}

function tab(ui: Page, name: string) {
  return ui.getByRole('navigation', { name: 'Metrics sections' }).getByRole('button', { name })
}

/** What a figure of the glance says. */
function glance(ui: Page, label: string) {
  return ui.locator('.glance li', { hasText: label }).locator('.glance-value')
}

test.describe('metrics', () => {
  test('runs are in the figures, and their conversations say so in the library and lead there', async ({ ui, app }) => {
    await readyInstance(app, { name: 'reviewer' })
    const definition = 'recipe: notes\nwith: { instance: reviewer }\nsteps:\n  - { id: take, ask: "[echo: taken] [rate 0]" }'
    const run = await app.api.call(z.object({ id: z.string() }), 'POST', '/runs', { definition, wait: true })
    await openMetrics(ui)
    await tab(ui, 'Runs').click()
    await expect(ui.getByText('1 run ended')).toBeVisible()
    await expect(ui.getByRole('region', { name: 'Runs by recipe', exact: true }).getByRole('row', { name: /notes/ })).toBeVisible()
    await looksRight(ui, 'metrics-runs', sizes)
    await ui.locator('.sidebar-link', { hasText: 'Library' }).click()
    await ui.getByLabel('Run or topic').selectOption({ label: 'Run: notes (1)' })
    const chip = ui.getByRole('button', { name: 'Part of run notes, step take' })
    await expect(chip).toBeVisible()
    await looksRight(ui, 'library-runs', sizes)
    await ui.locator('.library-open').first().click()
    await expect(chip).toContainText('Part of run notes')
    await looksRight(ui, 'conversation-of-run', sizes)
    await chip.click()
    await expect(ui).toHaveURL(new RegExp(run.id))
  })

  test('an empty range says why; figures come by themselves as turns end', async ({ ui, app }) => {
    await openMetrics(ui)
    await expect(ui.getByText('No turns yet. Send a message to an instance to see metrics here.').first()).toBeVisible()
    const { conversation } = await readyInstance(app)
    await app.api.ask(conversation.id, 'hello [rate 0]')
    await expect(glance(ui, 'Turns')).toHaveText('1')
    await expect(ui.getByRole('img', { name: /^First token, .*: median/ })).toBeVisible()
    await ui.evaluate(() => location.assign('#/metrics'))
    await ui.reload()
    await expect(glance(ui, 'Turns')).toHaveText('1')
  })

  test('a figure leads to its turns, and a turn to its first message', async ({ ui, app }) => {
    const { first, second, failed } = await someTurns(app)
    await openMetrics(ui)
    await expect(glance(ui, 'Turns')).toHaveText('5')
    await expect(glance(ui, 'Failed')).toHaveText('1')
    await glance(ui, 'Failed').click()
    const turns = ui.getByRole('complementary', { name: 'Turns: Failed and lost turns' })
    await expect(turns.locator('.turn')).toHaveCount(1)
    expect(await axeFaults(ui)).toEqual([])
    await ui.keyboard.press('Escape')
    await expect(turns).toBeHidden()
    await tab(ui, 'Reliability').click()
    await settled(ui)
    await scrollToEnd(ui)
    await ui.getByRole('region', { name: 'What went wrong, rows' }).getByRole('button').first().click()
    await expect(ui.locator('.conversation-header')).toBeVisible()
    expect(new URL(ui.url()).hash).toBe(`#/conversation/${second.conversation.id}/${failed.id}`)
    await expect(ui.locator('.row[data-focus]')).toContainText('[400]')
    await openMetrics(ui)
    await glance(ui, 'Turns').click()
    await ui.locator('.turns .turn', { hasText: 'reviewer' }).last().click()
    await expect(ui.locator('.row[data-focus]')).toContainText('hello there [rate 0]')
    expect(new URL(ui.url()).hash).toMatch(new RegExp(`^#/conversation/${first.conversation.id}/turn_`))
  })

  test('the filter narrows down every figure and says so', async ({ ui, app }) => {
    await someTurns(app)
    await openMetrics(ui)
    await expect(glance(ui, 'Turns')).toHaveText('5')
    await ui.getByRole('button', { name: 'Filter', exact: true }).click()
    await ui
      .getByRole('list', { name: 'Which' })
      .getByRole('button', { name: /reviewer/ })
      .click()
    await expect(glance(ui, 'Turns')).toHaveText('2')
    await expect(ui.locator('.metrics-what')).toContainText('reviewer')
    await scrollToEnd(ui)
    await expect(ui.getByRole('region', { name: 'Instances, rows' }).getByRole('button')).toHaveText(['reviewer'])
    await ui.getByRole('button', { name: 'Remove the filter Instance: reviewer' }).click()
    await expect(glance(ui, 'Turns')).toHaveText('5')
  })

  test('every chart has its table and its files, and reads well in both themes', async ({ ui, app }) => {
    await someTurns(app)
    await openMetrics(ui)
    await expect(glance(ui, 'Turns')).toHaveText('5')
    await ui.getByRole('button', { name: 'Show First token as a table' }).click()
    const table = ui.getByRole('region', { name: 'First token, table' })
    await expect(table.getByRole('columnheader')).toHaveText(['From', 'median', '95%', '99%'])
    await ui.getByRole('button', { name: 'Show First token as a chart' }).click()
    const figures = await saved(ui, 'Save First token', 'Export CSV')
    expect(figures.toString()).toMatch(/^from,median \(ms\),95% \(ms\),99% \(ms\)\r\n20\d\d-/)
    const picture = await saved(ui, 'Save First token', 'Export PNG')
    expect(picture.subarray(1, 4).toString()).toBe('PNG')
    for (const name of ['Speed', 'Load', 'Tokens and money', 'Reliability']) {
      await tab(ui, name).click()
      await scrollToEnd(ui)
      for (const colorScheme of ['light', 'dark'] as const) {
        await ui.emulateMedia({ colorScheme })
        expect(await axeFaults(ui), `${name}, ${colorScheme}`).toEqual([])
      }
    }
  })

  test('a range is chosen by brush, by keys and by preset, and compared with another', async ({ ui, app }) => {
    await someTurns(app)
    await openMetrics(ui)
    await expect(glance(ui, 'Turns')).toHaveText('5')
    const chart = await ui.locator('.chart .u-over').first().boundingBox()
    if (!chart) throw new Error('There is no chart.')
    await ui.mouse.move(chart.x + 4, chart.y + 40)
    await ui.mouse.down()
    await ui.mouse.move(chart.x + 60, chart.y + 40, { steps: 4 })
    await ui.mouse.up()
    await expect(ui.locator('.metrics-presets [aria-pressed="true"]')).toHaveText(['Range'])
    await ui.getByRole('button', { name: 'A longer range' }).press('Enter')
    await ui.getByRole('button', { name: '1 h', exact: true }).click()
    await expect(ui.locator('.metrics-what')).toContainText('the last hour')
    await ui.getByRole('button', { name: 'Compare', exact: true }).click()
    await ui.getByRole('combobox', { name: 'Compare' }).selectOption('instances')
    await settled(ui)
    const rows = ui.getByRole('region', { name: 'Side by side, rows' })
    await expect(rows.getByRole('columnheader')).toContainText(['reviewer', 'researcher'])
    await expect(rows.getByRole('row', { name: /^Turns \d/ })).toContainText('+1')
    expect(await axeFaults(ui)).toEqual([])
  })

  test('a conversation says what it has cost, and a budget says when it is used up', async ({ ui, app }) => {
    const { first } = await someTurns(app)
    await openMetrics(ui)
    await tab(ui, 'Tokens and money').click()
    await scrollToEnd(ui)
    await ui.getByRole('button', { name: 'New budget' }).click()
    await ui.getByLabel('Amount (USD)').fill('nothing')
    await ui.getByRole('button', { name: 'Add budget' }).click()
    await expect(ui.getByText('Enter an amount above zero.')).toBeVisible()
    await ui.getByLabel('Amount (USD)').fill('0.001')
    await ui.getByRole('button', { name: 'Add budget' }).click()
    await expect(ui.locator('.budget')).toContainText('Used up')
    expect(await axeFaults(ui)).toEqual([])
    await ui.locator(`[data-conversation="${first.conversation.id}"]`).click()
    const cost = ui.locator('.conversation-cost')
    await expect(cost).toContainText(/^(<\$|\$).*budget used up/)
    await cost.click()
    await expect(ui.getByRole('button', { name: /^Remove the filter Conversation/ })).toBeVisible()
    await expect(glance(ui, 'Turns')).toHaveText('2')
    await scrollToEnd(ui)
    await ui.getByRole('button', { name: /^Edit the budget/ }).click()
    await ui.getByLabel('Amount (USD)').fill('50')
    await ui.getByRole('button', { name: 'Save budget' }).click()
    await expect(ui.locator('.budget')).toContainText('of $50.00')
    await expect(ui.locator('.budget')).not.toContainText('Used up')
  })
})

async function saved(ui: Page, button: string, entry: string): Promise<Buffer> {
  await ui.getByRole('button', { name: button }).click()
  const [file] = await Promise.all([ui.waitForEvent('download'), ui.getByRole('menuitem', { name: entry }).click()])
  return readFile(await file.path())
}
