import type { Page } from '@playwright/test'
import { z } from 'zod'
import { runSchema, type Run } from '../../shared/domain/run.ts'
import type { App } from '../support/app.ts'
import { looksRight } from '../support/looks.ts'
import { readyInstance } from '../support/stories.ts'
import { expect, test } from '../support/test.ts'
import { until } from '../support/until.ts'

const sizes = { wide: { width: 1280, height: 800 }, narrow: { width: 900, height: 600 }, phone: { width: 390, height: 800 } }

const start = async (app: App, definition: Record<string, unknown>) =>
  (await app.api.call(z.object({ id: z.string() }), 'POST', '/runs', { definition: { with: { instance: 'researcher' }, ...definition } }))
    .id
const get = (app: App, id: string) => app.api.call(runSchema, 'GET', `/runs/${id}`)
const whenRun = (app: App, id: string, what: string, check: (run: Run) => boolean) =>
  until(
    what,
    async () => {
      const run = await get(app, id)
      return check(run) && run
    },
    120_000,
  )
const panelOf = (ui: Page, title: string) => ui.getByRole('complementary', { name: `Step ${title}` })

const review = {
  recipe: 'review',
  title: 'Review the release',
  limits: { costUsd: 2, minutes: 30 },
  steps: [
    { id: 'work', title: 'Work', each: ['[flaky 400]'], ask: '[echo: look at] [rate 0] {{ item }}', onFailure: 'continue' },
    {
      id: 'verdict',
      title: 'Verdict',
      needs: [],
      consensus: { ask: 'Ship it? [rate 0] [vote: ship, hold, ship]', options: ['ship', 'hold'], voters: 3, quorum: 2, decide: 'vote' },
    },
    { id: 'go', title: 'Go', needs: ['work', 'verdict'], gate: 'Publish the *notes*?' },
  ],
  outputs: { said: '{{ steps.go.message }}' },
}

test.describe('runs', () => {
  test('a run is found in the list and watched; failed items are retried; a gate is answered with a message', async ({ app, ui }) => {
    await readyInstance(app, { name: 'researcher' })
    await ui.locator('.sidebar-link', { hasText: 'Runs' }).click()
    await expect(ui.getByRole('heading', { name: 'No runs yet' })).toBeVisible()
    await looksRight(ui, 'runs-empty', { wide: sizes.wide })
    const id = await start(app, review)
    const row = ui.locator(`[data-run="${id}"]`)
    await whenRun(app, id, 'the gate', ({ state }) => state === 'needs-you')
    await expect(row).toContainText('Needs you')
    await looksRight(ui, 'runs-list', sizes)
    await row.getByRole('button').click()
    const node = (step: string) => ui.locator(`[data-step="${step}"]`)
    await expect(node('work')).toContainText('0 of 1 done · 1 failed')
    await looksRight(ui, 'run-graph', sizes)
    await node('verdict').focus()
    await ui.keyboard.press('ArrowUp')
    await expect(node('work')).toBeFocused()
    await ui.keyboard.press('Enter')
    const items = panelOf(ui, 'Work')
    await items.getByLabel('State of items').selectOption('failed')
    await expect(items.locator('[data-item]')).toHaveCount(1)
    await items.getByRole('searchbox').fill('nothing like it')
    await expect(items.getByText('No matches.')).toBeVisible()
    await items.getByRole('searchbox').fill('flaky')
    await expect(items.locator('[data-item="0"]')).toBeVisible()
    await looksRight(ui, 'run-items', sizes)
    await items.getByRole('button', { name: 'Retry the failed (1)' }).click()
    // The gate after it asks again.
    await expect(node('work')).toContainText('1 of 1 done')
    await whenRun(app, id, 'the gate again', ({ state }) => state === 'needs-you')
    await node('verdict').click()
    await expect(panelOf(ui, 'Verdict')).toContainText('hold')
    await looksRight(ui, 'run-consensus', { wide: sizes.wide })
    await node('go').click()
    const gate = panelOf(ui, 'Go')
    await gate.getByLabel('Message').fill('with pleasure')
    await looksRight(ui, 'run-gate', sizes)
    await gate.getByRole('button', { name: 'Approve' }).click()
    await whenRun(app, id, 'the end', ({ state }) => state === 'done')
    await expect(gate.getByRole('heading', { name: 'Message' })).toBeVisible()
    await gate.getByRole('button', { name: 'Close' }).click()
    await expect(gate).toBeHidden()
    await ui.getByText('Result', { exact: true }).click()
    await expect(ui.getByRole('region', { name: 'said' })).toHaveText(/with pleasure/)
    await ui.getByRole('button', { name: 'List', exact: true }).click()
    await expect(ui.locator('[data-step-row="work"]')).toContainText('1 of 1 done')
    await looksRight(ui, 'run-list', { phone: sizes.phone })
  })

  test('a run is steered: a waiting prompt changed, a step marked as done, paused, resumed, cancelled and retried', async ({ app, ui }) => {
    await readyInstance(app, { name: 'researcher' })
    const id = await start(app, {
      recipe: 'steered',
      steps: [
        { id: 'plan', title: 'Plan', gate: 'Go on?' },
        { id: 'write', title: 'Write', ask: '[echo: first]', context: 'run' },
        { id: 'long', context: 'run', ask: '[echo: {{ steps.plan.output.word }}] [slow 600]' },
        { id: 'last', ask: '[echo: last]' },
      ],
    })
    await ui.evaluate((hash) => void (location.hash = hash), `#/run/${id}/write`)
    await panelOf(ui, 'Write').getByRole('button', { name: 'Edit prompt…' }).click()
    await ui.getByRole('dialog').getByLabel('Prompt').fill('[echo: second] [rate 0]')
    await ui.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
    await expect(panelOf(ui, 'Write')).toContainText('[echo: second] [rate 0]')
    await ui.locator('[data-step="plan"]').click()
    await panelOf(ui, 'Plan').getByRole('button', { name: 'Mark as done…' }).click()
    await ui.getByLabel('Output').fill('{"word": }')
    await expect(ui.getByText('This isn’t JSON yet')).toBeVisible()
    await expect(ui.getByRole('dialog').getByRole('button', { name: 'Mark as done' })).toBeDisabled()
    await ui.getByLabel('Output').fill('{"word": "palm"}')
    await looksRight(ui, 'run-finish-step', { wide: sizes.wide })
    await ui.getByRole('dialog').getByRole('button', { name: 'Mark as done' }).click()
    await whenRun(app, id, 'the long step to run', ({ steps }) => steps[2]?.state === 'running')
    expect((await get(app, id)).steps[1]?.text).toContain('second')
    await ui.getByRole('button', { name: 'Pause', exact: true }).click()
    await expect(ui.getByRole('button', { name: 'Resume', exact: true })).toBeVisible()
    await ui.getByRole('button', { name: 'Resume', exact: true }).click()
    await ui.keyboard.press('Control+k')
    await ui.getByPlaceholder(/Search or run a command/).fill('Cancel run')
    await ui.keyboard.press('Enter')
    await ui.getByRole('dialog').getByRole('button', { name: 'Cancel run' }).click()
    await whenRun(app, id, 'the run to be cancelled', ({ state }) => state === 'cancelled')
    await expect(ui.locator('[data-step="long"]')).toHaveAttribute('data-state', 'cancelled')
    await expect(ui.getByRole('button', { name: 'Retry what failed' })).toBeVisible()
  })
})
