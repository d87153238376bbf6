import type { Locator, Page } from '@playwright/test'
import type { App } from '../support/app.ts'
import { looksRight } from '../support/looks.ts'
import { readyInstance } from '../support/stories.ts'
import { axeFaults, expect, test } from '../support/test.ts'

test.use({ oneApp: true })

test.describe('what tools did, in the thread', () => {
  test('questions with their answers and a plan that was edited', async ({ app, ui }) => {
    const { conversation } = await opened(app, ui)
    const question = 'Which database should the service use?'
    const first = app.api.ask(conversation.id, '[question: many] [rate 0]')
    const asked = await app.api.approvalOf(conversation.id)
    const annotations = { [question]: { notes: 'One file only' } }
    await app.api.decide(asked.id, { decision: 'allow', answers: { [question]: 'SQLite' }, annotations })
    await first
    const second = app.api.ask(conversation.id, '[plan] [rate 0]')
    const planned = await app.api.approvalOf(conversation.id)
    await app.api.decide(planned.id, { decision: 'allow', planMode: 'acceptEdits', plan: '# My own plan\n\nDo **less**.' })
    await second
    await ui.reload()
    const answered = tool(ui, 'AskUserQuestion')
    await expect(answered).toContainText('You answered1 of 2 questions')
    await expect(answered.getByRole('listitem')).toHaveText(['SQLite', 'Not answered'])
    await expect(answered).toContainText('Note: One file only')
    const plan = tool(ui, 'ExitPlanMode')
    await expect(plan).toContainText('Plan approved(edited by you, accepts edits)')
    await plan.getByRole('button').first().click()
    await expect(plan.getByRole('document', { name: 'Plan' })).toContainText('My own plan')
    await looksRight(ui, 'tools-answered')
  })

  test('talked about, left to Claude, declined, and planned further', async ({ app, ui }) => {
    const { conversation } = await opened(app, ui)
    for (const decision of [
      { decision: 'allow', message: 'Why at all?' },
      { decision: 'allow' },
      { decision: 'deny', message: 'Not now' },
    ] as const) {
      const turn = app.api.ask(conversation.id, '[question] [rate 0]')
      await app.api.decide((await app.api.approvalOf(conversation.id)).id, decision)
      await turn
    }
    const turn = app.api.ask(conversation.id, '[plan] [rate 0]')
    await app.api.decide((await app.api.approvalOf(conversation.id)).id, { decision: 'deny', message: 'Fewer steps' })
    await turn
    const answered = tool(ui, 'AskUserQuestion')
    await expect(answered.nth(0)).toContainText('You replied: Why at all?')
    await expect(answered.nth(1)).toContainText('You left the choice to Claude.')
    await expect(answered.nth(2)).toContainText('You declined to answer')
    await ui.reload()
    const plan = tool(ui, 'ExitPlanMode')
    await expect(plan).toContainText('You kept planning')
    await plan.getByRole('button').first().click()
    await expect(plan).toContainText('You kept planning: Fewer steps')
    await expect(plan.getByRole('cell', { name: 'settings.ts' })).toBeVisible()
  })

  test('a list, a search, a notebook, a skill, and any other tool: no JSON', async ({ app, ui }) => {
    const { conversation } = await opened(app, ui, { allowedTools: ['WebSearch', 'Write', 'NotebookEdit'] })
    for (const text of ['[todo]', '[search: coffee prices]', '[notebook]', '[skill: none]', '[call: CronList]']) {
      expect(await app.api.ask(conversation.id, `${text} [rate 0]`)).toMatchObject({ outcome: 'done' })
    }
    await unfoldAll(ui)
    const list = tool(ui, 'TaskList').getByRole('listitem')
    await expect(list).toHaveText(['Done:#1 Read the configuration', 'In progress:#2 Write a test that fails', 'Open:#3 Move the code'])
    await expect(tool(ui, 'TaskUpdate').first()).toContainText('task #1 · in progress')
    const links = tool(ui, 'WebSearch').getByRole('link')
    await expect(links).toHaveCount(3)
    await expect(links.nth(1)).toHaveAttribute('href', 'https://example.org/faq')
    const cell = tool(ui, 'NotebookEdit').first().getByRole('figure')
    await expect(cell).toContainText('cell prices')
    await expect(cell).toContainText('+1 −1')
    await expect(tool(ui, 'Skill')).toContainText('Unknown skill')
    await expect(ui.locator('.tool:not([data-tool="Write"], [data-tool="NotebookEdit"])').getByText('":')).toHaveCount(0)
    await looksRight(ui, 'tools-several')
  })

  test('what MCP servers answer: text, pictures, links, resources and data as fields', async ({ app, ui }) => {
    const shower = { command: process.execPath, args: [new URL('../fixtures/mcp-shows.ts', import.meta.url).pathname] }
    const allowedTools = ['mcp__shower__mixed', 'mcp__shower__structured', 'mcp__shower__json']
    const { conversation } = await opened(app, ui, { mcpServers: { shower }, allowedTools })
    const calls = '[mcp: shower mixed {"city": "Ulm"}] [mcp: shower structured] [mcp: shower json]'
    const reads = '[call: ReadMcpResourceTool {"server": "shower", "uri": "note://one"}]'
    expect(await app.api.ask(conversation.id, `${calls} ${reads} [rate 0]`)).toMatchObject({ outcome: 'done' })
    await ui.reload()
    await unfoldAll(ui)
    const mixed = tool(ui, 'mcp__shower__mixed')
    await expect(mixed.getByRole('group', { name: 'Input' })).toContainText('Ulm')
    await expect(mixed).toContainText('Here is all of it.')
    await expect(mixed.getByRole('button', { name: /^Image 1/ })).toBeVisible()
    await expect(mixed.getByRole('link')).toHaveAttribute('href', 'https://example.com/doc')
    await expect(mixed.getByRole('list', { name: 'Resources' })).toContainText('javascript:alert(1)')
    const structured = tool(ui, 'mcp__shower__structured').getByRole('group', { name: 'Result' })
    await expect(structured).toContainText('degrees')
    await expect(structured).toContainText('then rain')
    const json = tool(ui, 'mcp__shower__json').getByRole('group', { name: 'Result' })
    await expect(json).toContainText('C:\\new\\table')
    await expect(json).toContainText('U+202E')
    await expect(tool(ui, 'ReadMcpResourceTool')).toContainText('It was read.')
    expect(await axeFaults(ui)).toEqual([])
    await looksRight(ui, 'tools-server')
  })
})

async function opened(app: App, ui: Page, config: Parameters<typeof readyInstance>[1] = {}) {
  const story = await readyInstance(app, config)
  await ui.locator(`[data-conversation="${story.conversation.id}"]`).click()
  return story
}

function tool(ui: Page, name: string): Locator {
  return ui.locator(`.tool[data-tool="${name}"]`)
}

/** Unfolds what is folded, in a window that is high enough to hold all of it. */
async function unfoldAll(ui: Page) {
  await ui.setViewportSize({ width: 1280, height: 4_000 })
  const folded = ui.locator('.tool-line[aria-expanded="false"]')
  await ui.locator('.tool-line').first().waitFor()
  while ((await folded.count()) > 0) await folded.first().click()
}
