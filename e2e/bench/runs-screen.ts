import { chromium, type Browser, type Page } from '@playwright/test'
import { z } from 'zod'
import { runSummarySchema } from '../../shared/domain/run.ts'
import type { App } from '../support/app.ts'
import { chromiumPath } from '../support/chromium.ts'
import { until } from '../support/until.ts'
import { numberFrom, quantile, round, spread, type Bench, type Figure } from './figure.ts'
import { tracedTasks } from './page-tasks.ts'
import { instancesOf, startScripted } from './scripted.ts'

const frameMs = 50
const drawnMs = 100
const instances = 4
const turnMs = 100

/** The Runs screens: a fan-out of BENCH_ITEMS (10,000) items looked at while it runs, and a run of BENCH_STEPS (200) steps that is drawn. */
export const runsScreen: Bench = async (note) => {
  const items = numberFrom('BENCH_ITEMS', 10_000)
  const steps = numberFrom('BENCH_STEPS', 200)
  const rounds = numberFrom('BENCH_ROUNDS', 10)
  const app = await startScripted()
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox'] })
  try {
    await app.api.raw('PATCH', '/pool', { max: instances, spares: 0 })
    const wide = await waitingRun(app, steps)
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    await page.goto(app.page)
    await page.locator('.sidebar-link', { hasText: 'Runs' }).waitFor()
    const [first = Number.NaN, ...drawn] = await drawnTimes(page, wide, rounds + 1)
    note(`${steps} steps drawn for the first time after ${round(first)} ms, its code among it`)
    await instancesOf(
      app,
      Array.from({ length: instances }, () => turnMs),
    )
    const many = await runningRun(app, items)
    await page.evaluate((address) => void (location.hash = address), `#/run/${many}/many`)
    await page.locator('.item-row').first().waitFor()
    const looked = await looks(browser, page)
    const { turns, state } = await app.api.call(runSummarySchema, 'GET', `/runs/${many}`)
    note(`${turns} of ${items} items had begun in the end; the run is ${state}`)
    return [
      {
        name: `run of ${steps} steps: address to drawn`,
        measured: spread(drawn, 'ms'),
        wanted: `95% under ${drawnMs} ms`,
        ok: quantile(drawn, 0.95) < drawnMs,
      },
      ...looked,
    ]
  } finally {
    await browser.close()
    await app.dispose()
  }
}

const startedSchema = z.object({ id: z.string() })

/** Layers of four, behind a gate that nobody answers. */
async function waitingRun(app: App, count: number): Promise<string> {
  const steps = Array.from({ length: count - 1 }, (_, index) => {
    const needs = index < 4 ? ['go'] : [`step-${index - 4}`, ...(index % 3 === 0 ? [`step-${index - 3}`] : [])]
    return { id: `step-${index}`, ask: 'Look.', needs }
  })
  const definition = { recipe: 'wide', steps: [{ id: 'go', gate: 'Go on?' }, ...steps] }
  return (await app.api.call(startedSchema, 'POST', '/runs', { definition })).id
}

async function runningRun(app: App, count: number): Promise<string> {
  const each = Array.from({ length: count }, (_, index) => `item ${index}`)
  const definition = { recipe: 'many', steps: [{ id: 'many', each, ask: 'Look at {{ item }}', concurrency: instances * 2 }] }
  const { id } = await app.api.call(startedSchema, 'POST', '/runs', { definition })
  await until('some to be done', async () => (await app.api.call(runSummarySchema, 'GET', `/runs/${id}`)).turns > 50, 60_000)
  return id
}

/** From the change of the address, with the list of runs before it, until a frame with its steps was painted. */
async function drawnTimes(page: Page, id: string, rounds: number): Promise<number[]> {
  const times: number[] = []
  for (let turn = 0; turn < rounds; turn += 1) {
    await page.evaluate(() => void (location.hash = '#/runs'))
    await page.locator('[data-run]').first().waitFor()
    await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)))
    times.push(await page.evaluate(paintedAfter, `#/run/${id}`))
  }
  return times
}

function paintedAfter(address: string): Promise<number> {
  return new Promise((resolve) => {
    const began = performance.now()
    location.hash = address
    const look = () => {
      const drawn = document.querySelector('.react-flow__node .step-node') && document.querySelector('.react-flow__edge-path')
      requestAnimationFrame(drawn ? () => resolve(performance.now() - began) : look)
    }
    requestAnimationFrame(look)
  })
}

/** The graph and the items while they are done, at rest and scrolled; then the items that are done, of which there are more and more. */
async function looks(browser: Browser, page: Page): Promise<Figure[]> {
  const list = '.items-list [data-virtuoso-scroller]'
  const still = await tracedTasks(browser, page, async () => ({ frames: await page.evaluate(framesWhile, { list, scrolls: false }) }))
  const scrolled = await tracedTasks(browser, page, async () => ({ frames: await page.evaluate(framesWhile, { list, scrolls: true }) }))
  await page.getByLabel('State of items').selectOption('done')
  await page.locator('.item-row').first().waitFor()
  const filtered = await tracedTasks(browser, page, async () => ({ frames: await page.evaluate(framesWhile, { list, scrolls: true }) }))
  return [figure('looked at', still), figure('items scrolled', scrolled), figure('done items scrolled', filtered)]
}

/** So many frames, and how long each took; scrolling first as a wheel does, then in leaps as a dragged bar does. */
function framesWhile({ list, scrolls }: { list: string; scrolls: boolean }): Promise<number[]> {
  return new Promise((resolve) => {
    const box = document.querySelector(list)
    if (!box) throw new Error(`There is no ${list}.`)
    const frames: number[] = []
    // To read where it is would have the page laid out once more in every frame.
    const { scrollTop, scrollHeight } = box
    let place = scrollTop
    let last = performance.now()
    const frame = (now: number) => {
      frames.push(now - last)
      last = now
      const step = frames.length
      if (step <= 200) place += step <= 100 ? 200 : -200
      else place = (scrollHeight * ((step * 37) % 100)) / 100
      if (scrolls) box.scrollTop = place
      if (step < 500) requestAnimationFrame(frame)
      else resolve(frames.slice(1))
    }
    requestAnimationFrame(frame)
  })
}

/** By the processor: frames also wait for what else runs on the machine. */
function figure(what: string, { frames, worstCpuMs }: { frames: number[]; worstCpuMs: number }): Figure {
  const over = frames.filter((ms) => ms > frameMs).length
  return {
    name: `a running fan-out ${what}: longest task, frames`,
    measured: `${round(worstCpuMs)} ms; ${spread(frames, 'ms')}, ${over} of ${frames.length} over ${frameMs} ms`,
    wanted: `no task over ${frameMs} ms`,
    ok: worstCpuMs <= frameMs,
  }
}
