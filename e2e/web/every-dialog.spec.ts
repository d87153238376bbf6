import type { Approval } from '../../shared/domain/approval.ts'
import { App } from '../support/app.ts'
import { looksRight } from '../support/looks.ts'
import { readyInstance } from '../support/stories.ts'
import { expect, test } from '../support/test.ts'

type Row = {
  name: string
  prompt: string
  kind: Approval['kind']
  answer: Record<string, unknown>
  /** What Claude reads of it. */
  reads: string
}

const database = 'Which database should the service use?'
const rows: readonly Row[] = [
  {
    name: 'AskUserQuestion: an option',
    prompt: '[question]',
    kind: 'question',
    answer: { decision: 'allow', answers: { [database]: 'SQLite' } },
    reads: `Your questions have been answered: "${database}"="SQLite"`,
  },
  {
    name: 'AskUserQuestion: several options of several questions',
    prompt: '[question: many]',
    kind: 'question',
    answer: { decision: 'allow', answers: { [database]: 'Postgres', 'Which checks should run before a commit?': ['Types', 'Lint'] } },
    reads: 'Types, Lint',
  },
  {
    name: 'AskUserQuestion: own words',
    prompt: '[question]',
    kind: 'question',
    answer: { decision: 'allow', answers: { [database]: 'DuckDB, please' } },
    reads: `The user answered: "${database}"="DuckDB, please"`,
  },
  {
    name: 'AskUserQuestion: talk about it first',
    prompt: '[question]',
    kind: 'question',
    answer: { decision: 'allow', message: 'What are the costs of each?' },
    reads: 'The user responded: What are the costs of each?',
  },
  {
    name: 'AskUserQuestion: declined',
    prompt: '[question]',
    kind: 'question',
    answer: { decision: 'deny', message: 'Not now.' },
    reads: 'Not now.',
  },
  {
    name: 'ExitPlanMode: approve and ask',
    prompt: '[plan]',
    kind: 'plan',
    answer: { decision: 'allow', planMode: 'default' },
    reads: '## Approved Plan:',
  },
  {
    name: 'ExitPlanMode: approve and accept edits',
    prompt: '[plan]',
    kind: 'plan',
    answer: { decision: 'allow', planMode: 'acceptEdits' },
    reads: 'User has approved your plan',
  },
  {
    name: 'ExitPlanMode: edited',
    prompt: '[plan]',
    kind: 'plan',
    answer: { decision: 'allow', planMode: 'default', plan: '# Only this\n' },
    reads: '## Approved Plan (edited by user):\n# Only this',
  },
  {
    name: 'ExitPlanMode: keep planning',
    prompt: '[plan]',
    kind: 'plan',
    answer: { decision: 'deny', message: 'Think of the tests.' },
    reads: 'Think of the tests.',
  },
  {
    name: 'permission: Bash',
    prompt: '[bash: touch made-by-bash.txt && echo made]',
    kind: 'permission',
    answer: { decision: 'allow' },
    reads: 'made',
  },
  {
    name: 'permission: Bash, changed',
    prompt: '[bash: touch one.txt && echo one]',
    kind: 'permission',
    answer: { decision: 'allow', updatedInput: { command: 'touch two.txt && echo two' } },
    reads: 'two',
  },
  { name: 'permission: Write', prompt: '[write: made.txt hello]', kind: 'permission', answer: { decision: 'allow' }, reads: 'made.txt' },
  {
    name: 'permission: WebFetch, denied',
    prompt: '[fetch: https://example.com/]',
    kind: 'permission',
    answer: { decision: 'deny', message: 'Stay offline.' },
    reads: 'Stay offline.',
  },
  {
    name: 'permission: a tool of an MCP server',
    prompt: '[mcp: other deploy]',
    kind: 'permission',
    answer: { decision: 'deny', message: 'Not this server.' },
    reads: 'Not this server.',
  },
  {
    name: 'elicitation: form, accepted',
    prompt: '[mcp: asker deploy]',
    kind: 'elicitation',
    answer: { decision: 'allow', content: { env: 'staging', regions: ['eu'] } },
    reads: '{"action":"accept","content":{"env":"staging","regions":["eu"]}}',
  },
  {
    name: 'elicitation: form, declined',
    prompt: '[mcp: asker deploy]',
    kind: 'elicitation',
    answer: { decision: 'deny' },
    reads: '{"action":"decline"}',
  },
  {
    name: 'elicitation: address, accepted',
    prompt: '[mcp: asker visit]',
    kind: 'elicitation',
    answer: { decision: 'allow' },
    reads: '"action":"accept"',
  },
  {
    name: 'elicitation: address, declined',
    prompt: '[mcp: asker visit]',
    kind: 'elicitation',
    answer: { decision: 'deny' },
    reads: '"action":"decline"',
  },
]

test('every interactive tool and dialog of the CLI is answered over REST, and Claude reads the answer', async ({ app }) => {
  test.setTimeout(400_000)
  const asks = { command: process.execPath, args: [new URL('../fixtures/mcp-asks.ts', import.meta.url).pathname] }
  const allowedTools = ['mcp__asker__deploy', 'mcp__asker__visit']
  const { instance } = await readyInstance(app, { mcpServers: { asker: asks, other: asks }, allowedTools })
  for (const row of rows) {
    await test.step(row.name, async () => {
      const { id } = await app.api.createConversation({ instanceId: instance.id })
      const turn = app.api.ask(id, `${row.prompt} [rate 0]`)
      const approval = await app.api.approvalOf(id)
      expect(approval.kind, row.name).toBe(row.kind)
      await app.api.decide(approval.id, row.answer)
      await turn
      const results = (await app.api.messages(id)).flatMap(({ blocks }) => blocks.filter((block) => block.type === 'tool_result'))
      expect(results.at(-1)?.output, row.name).toContain(row.reads)
    })
  }
})

test('a dialog of Claude Code’s own is a card with a button for each way out, and is answered over REST', async ({ folders, page }) => {
  const program = new URL('../fixtures/claude-scripted.ts', import.meta.url).pathname
  const app = await App.start({ folders, settings: { claudePath: program } })
  const { conversation } = await readyInstance(app)
  const chosen = app.api.ask(conversation.id, '[dialog]')
  const asked = await app.api.approvalOf(conversation.id)
  expect(asked).toMatchObject({ kind: 'dialog', tool: 'refusal_fallback_prompt', title: 'One declined to answer' })
  await expect(app.api.decide(asked.id, { decision: 'allow' })).rejects.toThrow('Choose one of these')
  await app.api.decide(asked.id, { decision: 'allow', choice: 'edit_prompt' })
  expect((await chosen).text).toContain('"behavior":"completed","result":"edit_prompt"')
  const cancelled = app.api.ask(conversation.id, '[dialog]')
  await app.api.decide((await app.api.approvalOf(conversation.id)).id, { decision: 'deny' })
  expect((await cancelled).text).toContain('"behavior":"cancelled"')
  await page.goto(app.page)
  await page.locator(`[data-conversation="${conversation.id}"]`).click()
  const again = app.api.ask(conversation.id, '[dialog]')
  await expect(page.getByRole('heading', { name: 'One declined to answer' })).toBeVisible()
  await looksRight(page, 'dialog')
  await page.getByRole('button', { name: 'Retry with Two' }).click()
  expect((await again).text).toContain('"result":"retry_fallback"')
  await app.quit()
})
