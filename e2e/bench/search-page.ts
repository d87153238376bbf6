import { chromium, type Page } from '@playwright/test'
import { z } from 'zod'
import { searchIndexSchema } from '../../shared/domain/search.ts'
import { App, makeFolders } from '../support/app.ts'
import { chromiumPath } from '../support/chromium.ts'
import { until } from '../support/until.ts'
import { Chance } from './chance.ts'
import { writeHistory } from './conversation-history.ts'
import { numberFrom, quantile, round, spread, type Bench } from './figure.ts'
import { mixedQueries } from './search-queries.ts'

const maxPaintMs = 60
const maxOpenMs = 300
const searches = 60
const jumps = 12

/** The search screen over BENCH_PAGE_MESSAGES (100,000) messages: typed until painted, and opening a 50,000-message conversation at a hit. */
export const searchPage: Bench = async (note) => {
  const messages = numberFrom('BENCH_PAGE_MESSAGES', 100_000)
  const longest = Math.min(50_000, messages >> 1)
  const folders = await makeFolders()
  const history = writeHistory({
    folder: folders.data,
    messages,
    conversations: Math.max(10, Math.round((messages - longest) / 100)),
    longest,
  })
  const app = await App.start({ folders })
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox'] })
  try {
    await until('the index', async () => (await app.api.call(searchIndexSchema, 'GET', '/search/index')).state === 'ready', 300_000)
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    await page.goto(app.page)
    await page.locator('[data-conversation]').first().waitFor()
    const paints = await typed(page, mixedQueries(folders.data, searches, 11))
    const opened = await opens(page, history.ids[0] ?? '', longest)
    note(`opened after ${opened.map(round).join(', ')} ms`)
    return [
      {
        name: `${messages} messages: typed until painted`,
        measured: spread(paints, 'ms'),
        wanted: `95% under ${maxPaintMs} ms`,
        ok: quantile(paints, 0.95) < maxPaintMs,
      },
      {
        name: `a conversation of ${longest}, opened at any hit`,
        measured: spread(opened, 'ms'),
        wanted: `under ${maxOpenMs} ms`,
        ok: quantile(opened, 0.95) < maxOpenMs,
      },
    ]
  } finally {
    await browser.close()
    await app.dispose()
  }
}

/** From a change of the field until the frame that shows its answer. */
async function typed(page: Page, queries: readonly string[]): Promise<number[]> {
  await page.keyboard.press('Control+Shift+F')
  await page.getByRole('searchbox', { name: 'Search all messages' }).waitFor()
  const times: number[] = []
  for (const query of queries) times.push(await timed(page, searchOnce, query))
  return times.slice(1)
}

function searchOnce(query: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const field = document.querySelector<HTMLInputElement>('.search-field input')
    if (!field) return reject(new Error('There is no field.'))
    const began = performance.now()
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(field, query)
    field.dispatchEvent(new Event('input', { bubbles: true }))
    const look = (): void => {
      if (performance.now() - began > 20_000) return reject(new Error(`Nothing was shown for ${query}.`))
      const isShown = document.querySelector('.search')?.getAttribute('data-found') === query
      requestAnimationFrame(isShown ? () => resolve(performance.now() - began) : look)
      return undefined
    }
    requestAnimationFrame(look)
    return undefined
  })
}

/** From the address of a message until the frame in which its row is marked; each time in a page that knows nothing of it. */
async function opens(page: Page, id: string, messages: number): Promise<number[]> {
  const chance = new Chance(5)
  const times: number[] = []
  for (let count = 0; count < jumps; count += 1) {
    const number = id.slice(-12)
    const messageId = `msg_${number}${chance.below(messages).toString(16).padStart(12, '0')}`
    await page.goto('about:blank')
    await page.goBack()
    await page.locator('[data-conversation]').first().waitFor()
    // The page's own start is not what is measured.
    await page.waitForTimeout(700)
    times.push(await timed(page, openOnce, `#/conversation/${id}/${messageId}`))
  }
  return times
}

function openOnce(address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const began = performance.now()
    history.pushState(null, '', address)
    window.dispatchEvent(new PopStateEvent('popstate'))
    const look = (): void => {
      if (performance.now() - began > 20_000) return reject(new Error('The message was not shown.'))
      const row = document.querySelector('.row[data-focus]')
      const isShown = row !== null && row.getBoundingClientRect().height > 0
      requestAnimationFrame(isShown ? () => resolve(performance.now() - began) : look)
      return undefined
    }
    requestAnimationFrame(look)
  })
}

async function timed(page: Page, act: (argument: string) => Promise<number>, argument: string): Promise<number> {
  return z.number().parse(await page.evaluate(act, argument))
}
