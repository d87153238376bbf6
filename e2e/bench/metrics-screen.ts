import path from 'node:path'
import { chromium, type Page } from '@playwright/test'
import { z } from 'zod'
import { MetricsFiles } from '../../electron/core/metrics/metrics-files.ts'
import { recordOf } from '../../electron/core/metrics/turn-row.ts'
import { metricsStateSchema } from '../../shared/domain/metrics.ts'
import { App, makeFolders, removeRun } from '../support/app.ts'
import { chromiumPath } from '../support/chromium.ts'
import { until } from '../support/until.ts'
import { numberFrom, quantile, round, spread, type Bench, type Figure } from './figure.ts'
import { placeOf, turnHistory } from './metrics-history.ts'

const wantedMs = 300
const wantedFrameMs = 50
/** As long as single turns are kept. */
const days = 29

/** The Metrics screen over very many turns in one range: what a person waits for until the new figures are painted. */
export const metricsScreen: Bench = async (note) => {
  const turns = numberFrom('BENCH_TURNS', 1_000_000)
  const rounds = numberFrom('BENCH_ROUNDS', 10)
  const folders = await makeFolders()
  try {
    writeFigures(path.join(folders.data, 'metrics'), turns)
    note(`${turns} turns of the last ${days} days`)
    const app = await App.start({ folders })
    const browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox'] })
    try {
      await until('all turns to be read', async () => (await stateOf(app)).turns === turns, 60_000)
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
      await page.addInitScript(() => {
        localStorage.setItem('bullpen:metrics', JSON.stringify({ preset: '30d', tab: 'speed', phase: 'firstToken' }))
      })
      await page.goto(app.page)
      await page.locator('.sidebar-link', { hasText: 'Metrics' }).waitFor()
      await page.waitForLoadState('networkidle')
      return await measureAll(page, { turns, rounds, note })
    } finally {
      await browser.close()
      await app.quit()
    }
  } finally {
    await removeRun(folders)
  }
}

/** As if the app had recorded them all. */
function writeFigures(folder: string, turns: number): void {
  const to = Date.now()
  const files = new MetricsFiles(folder)
  files.open()
  const store = files.newStore()
  const history = turnHistory({ turns, conversations: Math.ceil(turns / 40), from: to - days * 86_400_000, to })
  for (const turn of history) store.put(recordOf(turn, placeOf(turn), null), { again: false })
  files.save(store, new Map(), null)
}

type Asked = { turns: number; rounds: number; note: (text: string) => void }

async function measureAll(page: Page, { turns, rounds, note }: Asked): Promise<Figure[]> {
  const open: number[] = []
  const range: number[] = []
  const filter: number[] = []
  const link = (name: string) => page.locator('.sidebar-link', { hasText: name })
  for (let turn = 0; turn < rounds; turn += 1) {
    open.push(await paintedAfter(page, () => link('Metrics').click()))
    await link('Pool').click()
  }
  note(`the very first opening: ${round(open[0] ?? 0)} ms`)
  await paintedAfter(page, () => link('Metrics').click())
  for (let turn = 0; turn < rounds; turn += 1) {
    const name = ['Year', '7 d', 'All', '30 d'][turn % 4] ?? '30 d'
    range.push(await paintedAfter(page, () => page.getByRole('button', { name, exact: true }).click()))
  }
  await paintedAfter(page, () => page.getByRole('button', { name: '30 d', exact: true }).click())
  for (let turn = 0; turn < rounds; turn += 1) {
    await page.getByRole('button', { name: 'Filter', exact: true }).click()
    const value = page
      .getByRole('list', { name: 'Which' })
      .getByRole('button')
      .nth(turn % 8)
    await value.waitFor()
    filter.push(await paintedAfter(page, () => value.click()))
    filter.push(await paintedAfter(page, () => page.locator('.chip').first().click()))
  }
  const frames = await framesWhilePanning(page)
  note(`${frames.length} frames while panning, ${frames.filter((ms) => ms > wantedFrameMs).length} over ${wantedFrameMs} ms`)
  const painted = (name: string, values: readonly number[]): Figure => ({
    name: `${name}, ${turns.toLocaleString('en-US')} turns in the range`,
    measured: spread(values, 'ms'),
    wanted: `under ${wantedMs} ms to painted`,
    ok: quantile(values, 0.95) < wantedMs,
  })
  const longest = Math.max(...frames)
  return [
    painted('open Metrics', open),
    painted('change its range', range),
    painted('change its filter', filter),
    {
      name: 'longest frame while panning',
      measured: `${round(longest)} ms of ${frames.length} frames`,
      wanted: `none over ${wantedFrameMs} ms`,
      ok: longest <= wantedFrameMs,
    },
  ]
}

/** From the click, as the page saw it, until a frame with all new figures was painted. */
async function paintedAfter(page: Page, act: () => Promise<void>): Promise<number> {
  const painted = page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let began = 0
        let waited = 0
        const look = () => {
          waited += 1
          const screen = document.querySelector('main.metrics[aria-busy="false"]')
          const drawn = screen?.querySelector('.glance') && screen.querySelector('.chart canvas')
          // The first frame after the click may still be one of before.
          if (waited > 1 && drawn) requestAnimationFrame(() => resolve(performance.now() - began))
          else requestAnimationFrame(look)
        }
        const start = (event: Event) => {
          began = event.timeStamp
          removeEventListener('pointerup', start, true)
          requestAnimationFrame(look)
        }
        addEventListener('pointerup', start, true)
      }),
  )
  await act()
  return painted
}

/** Drags the window of the range strip to and fro, and answers how long each frame took. */
async function framesWhilePanning(page: Page): Promise<number[]> {
  await page.getByRole('button', { name: '7 d', exact: true }).click()
  const box = await page.locator('.strip-window').boundingBox()
  if (!box) throw new Error('There is no range to drag.')
  const frames = page.evaluate(
    () =>
      new Promise<number[]>((resolve) => {
        const found: number[] = []
        let last = performance.now()
        let going = true
        addEventListener('pointerup', () => (going = false), { once: true })
        const frame = (now: number) => {
          found.push(now - last)
          last = now
          if (going) requestAnimationFrame(frame)
          else resolve(found.slice(1))
        }
        addEventListener('pointerdown', () => requestAnimationFrame(frame), { once: true })
      }),
  )
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  await page.mouse.move(middle.x, middle.y)
  await page.mouse.down()
  for (let step = 0; step < 240; step += 1) await page.mouse.move(middle.x - 200 + 200 * Math.cos(step / 20), middle.y)
  await page.mouse.up()
  return frames
}

const summarySchema = z.object({ state: metricsStateSchema })

async function stateOf(app: App) {
  return (await app.api.call(summarySchema, 'GET', '/metrics/summary')).state
}
