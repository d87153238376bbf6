import path from 'node:path'
import { chromium, type Browser, type Page } from '@playwright/test'
import { searchIndexSchema } from '../../shared/domain/search.ts'
import { heavyTexts } from '../fixtures/heavy-texts.ts'
import { App, makeFolders } from '../support/app.ts'
import { chromiumPath } from '../support/chromium.ts'
import { watchPage } from '../support/text-places.ts'
import { until } from '../support/until.ts'
import { answer, prompt, writeConversation } from '../support/written-conversation.ts'
import { heavyFigures, noteMissed, type Shown } from './heavy-texts.ts'
import { tracedTasks } from './page-tasks.ts'
import { numberFrom, type Bench, type Figure } from './figure.ts'

const program = path.resolve(import.meta.dirname, '..', 'fixtures', 'claude-scripted.ts')

/** Each kind of request, by the tool that is asked about. */
export const liveCards: Readonly<Record<string, { tool: string; selector: string }>> = {
  'approval of a command': { tool: 'Bash', selector: '.approval-command' },
  'approval of a tool': { tool: 'mcp__any__tool', selector: '.approval .fields' },
  'approval of an edit': { tool: 'Edit', selector: '.approval .diff-lines, .approval .fields' },
  question: { tool: 'AskUserQuestion', selector: '.approval .question' },
  plan: { tool: 'ExitPlanMode', selector: '.approval .plan-text' },
  'form of a server': { tool: 'form', selector: '.approval .elicitation-form' },
}

/** What brings a heavy text onto the page that is open: the prompt of a turn, and what is there when it is in sight. */
const live: Readonly<Record<string, { tool: string | null; selector: string }>> = {
  streaming: { tool: null, selector: '.answer .markdown' },
  ...liveCards,
}

/**
 * Heavy texts as they come while the page is open: in a streamed answer, in each kind of request, and among search hits. BENCH_PLACE,
 * BENCH_TEXT and BENCH_SETTLE_MS are those of `heavy-texts`.
 */
export const heavyLive: Bench = async (note) => {
  const settleMs = numberFrom('BENCH_SETTLE_MS', 1_200)
  const wanted = process.env['BENCH_PLACE'] ?? ''
  const texts = Object.entries(heavyTexts()).filter(([name]) => name.includes(process.env['BENCH_TEXT'] ?? ''))
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox'] })
  const figures: Figure[] = []
  try {
    for (const [place, { tool, selector }] of Object.entries(live)) {
      if (!place.includes(wanted)) continue
      const told = (shown: readonly Shown[]) => noteMissed(place, shown, note)
      figures.push(...heavyFigures(place, await liveTexts({ browser, tool, selector, names: texts.map(([name]) => name), settleMs, told })))
    }
    if ('search hits'.includes(wanted))
      figures.push(
        ...heavyFigures(
          'search hits',
          await foundTexts(browser, { texts, settleMs, told: (shown) => noteMissed('search hits', shown, note) }),
        ),
      )
  } finally {
    await browser.close()
  }
  return figures
}

type Live = {
  browser: Browser
  tool: string | null
  selector: string
  names: readonly string[]
  settleMs: number
  told: (shown: readonly Shown[]) => void
}

/** Has each text asked about, or streamed, on the page that is open. */
export async function liveTexts({ browser, tool, selector, names, settleMs, told }: Live): Promise<Shown[]> {
  const app = await App.start({ folders: await makeFolders(), settings: { claudePath: program } })
  try {
    const page = await openedPage(browser, app)
    // No model asks before the page has drawn that its turn began.
    const env = { TURN_MS: '0', ASK_MS: '300' }
    const { id: instanceId } = await app.api.spawn({ name: 'reviewer', cwd: app.folders.work, env })
    await app.api.instanceWhen(instanceId, 'it to be idle', ({ state }) => state === 'idle', 60_000)
    const shown: Shown[] = []
    for (const name of names) {
      const { id } = await app.api.createConversation({ instanceId, title: name })
      await page.locator(`[data-conversation="${id}"]`).click()
      await page.locator('.thread-empty').waitFor()
      const seen = await tracedTasks(browser, page, async () => {
        const watched = watchPage(page, { selector, settleMs })
        await app.api.send(id, tool === null ? `[heavy: ${name}]` : `[ask: ${name}, ${tool}]`)
        return watched
      })
      const asked = await app.api.approvals()
      // From the request on: the start of its turn is none of the page's.
      const since = asked.map(({ createdAt }) => seen.shownAt - Date.parse(createdAt))
      shown.push({ text: name, ...seen, shownMs: Math.min(seen.shownMs, ...since) })
      told(shown)
      for (const approval of asked) await app.api.decide(approval.id, { decision: 'deny' })
      await app.api.instanceWhen(instanceId, 'it to be idle', ({ state }) => state === 'idle', 60_000)
    }
    return shown
  } finally {
    await app.dispose()
  }
}

/** Each text is found by a word of its own, before and behind it. */
async function foundTexts(
  browser: Browser,
  { texts, settleMs, told }: Pick<Live, 'settleMs' | 'told'> & { texts: readonly (readonly [string, string])[] },
): Promise<Shown[]> {
  const folders = await makeFolders()
  for (const [at, [, text]] of texts.entries())
    await writeConversation(folders.data, at + 1, [prompt('Show it'), answer(`needle${at}x ${text} needle${at}x`)])
  const app = await App.start({ folders })
  try {
    await until('the index', async () => (await app.api.call(searchIndexSchema, 'GET', '/search/index')).state === 'ready', 120_000)
    const page = await openedPage(browser, app)
    await page.keyboard.press('Control+Shift+F')
    const field = page.getByRole('searchbox').first()
    await field.waitFor()
    const shown: Shown[] = []
    for (const [at, [name]] of texts.entries()) {
      await field.fill('')
      await page.locator('.hit').first().waitFor({ state: 'detached' })
      const seen = await tracedTasks(browser, page, async () => {
        const watched = watchPage(page, { selector: '.hit', settleMs })
        await field.fill(`needle${at}x`)
        return watched
      })
      shown.push({ text: name, ...seen })
      told(shown)
    }
    return shown
  } finally {
    await app.dispose()
  }
}

async function openedPage(browser: Browser, app: App): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  await page.goto(app.page)
  await page.getByRole('navigation').first().waitFor()
  return page
}
