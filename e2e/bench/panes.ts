import { chromium, type Page } from '@playwright/test'
import { App } from '../support/app.ts'
import { chromiumPath } from '../support/chromium.ts'
import { numberFrom, quantile, round, type Bench } from './figure.ts'
import { tracedTasks } from './page-tasks.ts'

const width = 2_000

/**
 * Four conversations side by side, each of another instance, that all stream Markdown at once. BENCH_RATE: tokens a second in each, 80
 * unless told otherwise; BENCH_STREAM_MS: how long is looked at. The longest task of the page's thread is told in time of the processor,
 * which what else runs on the machine does not change; gaps between frames are on the clock.
 */
export const panes: Bench = async (note) => {
  const rate = numberFrom('BENCH_RATE', 80)
  const lookMs = numberFrom('BENCH_STREAM_MS', 15_000)
  const app = await App.start()
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox'] })
  try {
    const ids: string[] = []
    for (const name of ['north', 'east', 'south', 'west']) {
      const { id: instanceId } = await app.api.spawn({ name, cwd: app.folders.work })
      await app.api.instanceWhen(instanceId, `${name} to be idle`, ({ state }) => state === 'idle', 60_000)
      ids.push((await app.api.createConversation({ instanceId, title: name })).id)
    }
    const page = await browser.newPage({ viewport: { width, height: 1_000 } })
    await page.goto(app.page)
    await page.goto(`${app.url}/#/panes/1/${ids.join('/')}`)
    await page.reload()
    await page.locator('.pane').nth(3).waitFor()
    const words = Math.ceil((rate * lookMs) / 1_000) * 3
    await Promise.all(ids.map((id) => app.api.send(id, `[long ${words}] [rate ${rate}] [markdown]`)))
    await page.locator('.pane:has(.answer .markdown)').nth(3).waitFor({ timeout: 60_000 })
    const seen = await tracedTasks(browser, page, () => watchFrames(page, lookMs))
    note(`${seen.gaps.length} frames, ${seen.grown.map(round).join(', ')} characters came into the panes`)
    const streamed = seen.grown.every((characters) => characters > 500)
    const worst = Math.max(...seen.gaps)
    return [
      {
        name: 'four panes that stream: longest task',
        measured: `${round(seen.worstCpuMs)} ms`,
        wanted: 'at most 50 ms',
        ok: streamed && seen.worstCpuMs <= 50,
        grave: !streamed,
      },
      {
        name: 'four panes that stream: gaps of frames',
        measured: `${round(quantile(seen.gaps, 0.5))} / ${round(quantile(seen.gaps, 0.95))}, worst ${round(worst)} ms`,
        wanted: '',
        ok: true,
      },
    ]
  } finally {
    await browser.close()
    await app.dispose()
  }
}

/** The time between frames while all panes grow, and how much each has grown. */
function watchFrames(page: Page, lookMs: number): Promise<{ gaps: number[]; grown: number[] }> {
  return page.evaluate(async (ms) => {
    const lengths = () => [...document.querySelectorAll('.pane')].map((pane) => pane.textContent?.length ?? 0)
    const before = lengths()
    const gaps: number[] = []
    const end = performance.now() + ms
    let last = performance.now()
    await new Promise<void>((resolve) => {
      const frame = () => {
        const now = performance.now()
        gaps.push(now - last)
        last = now
        if (now < end) requestAnimationFrame(frame)
        else resolve()
      }
      requestAnimationFrame(frame)
    })
    return { gaps, grown: lengths().map((length, at) => length - (before[at] ?? 0)) }
  }, lookMs)
}
