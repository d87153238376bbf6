import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { chromium, type Page } from '@playwright/test'
import { z } from 'zod'
import { generateConversation, type GeneratedConversation } from '../fixtures/gen-conversations.ts'
import { App, makeFolders } from '../support/app.ts'
import { chromiumPath } from '../support/chromium.ts'
import { numberFrom, quantile, round, spread, type Bench } from './figure.ts'
import { startModel } from './model.ts'

const maxPaintMs = 200
const maxFrameMs = 50
const copies = 5

/** A very long conversation on the screen: opening it, going up in it, and an answer that streams in. */
export const conversation: Bench = async (note) => {
  const messages = numberFrom('BENCH_MESSAGES', 10_000)
  const folders = await makeFolders()
  await mkdir(path.join(folders.data, 'conversations'))
  const made: GeneratedConversation[] = []
  for (let index = 1; index <= copies; index += 1) made.push(await generateConversation(folders.data, messages, index))
  const model = await startModel()
  const app = await App.start({ folders, demo: false, env: model.env })
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox'] })
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    await page.goto(app.page)
    await page.locator('[data-conversation]').first().waitFor()
    const paints: number[] = []
    for (const { id } of made) paints.push(await timeToPaint(page, id))
    const first = paints[0] ?? Number.NaN
    const pageUps = await timePageUps(page)
    const frames = await streamFrames(app, page, made[0]?.id ?? '')
    note(`paints ${paints.map(round).join(', ')} ms; page ups ${pageUps.map(round).join(', ')} ms`)
    note(`${frames.gaps.length} frames: ${spread(frames.gaps, 'ms')}; long tasks: ${frames.tasks.map(round).join(', ') || 'none'}`)
    const longest = Math.max(...frames.gaps)
    return [
      {
        name: `${messages} messages: first paint, the first time`,
        measured: `${round(first)} ms; others ${spread(paints.slice(1), 'ms')}`,
        wanted: `under ${maxPaintMs} ms`,
        ok: quantile(paints, 0.95) < maxPaintMs,
      },
      {
        name: 'page up',
        measured: spread(pageUps, 'ms'),
        wanted: `under ${maxPaintMs} ms`,
        ok: quantile(pageUps, 0.95) < maxPaintMs,
      },
      {
        name: 'longest frame while streaming',
        measured: `${round(longest)} ms (95% ${round(quantile(frames.gaps, 0.95))})`,
        wanted: `none over ${maxFrameMs} ms`,
        ok: longest <= maxFrameMs,
      },
    ]
  } finally {
    await browser.close()
    await app.dispose()
    await model.close()
  }
}

/** From the click until the frame after which rows of that conversation stand in the thread. */
async function timeToPaint(page: Page, id: string): Promise<number> {
  await page.locator(`[data-conversation="${id}"]`).waitFor()
  return z.number().parse(
    await page.evaluate(
      (conversationId) =>
        new Promise<number>((resolve, reject) => {
          const link = document.querySelector<HTMLElement>(`[data-conversation="${conversationId}"]`)
          if (!link) return reject(new Error('The conversation is not in the sidebar.'))
          const old = new Set(document.querySelectorAll('.thread-scroller .row'))
          const began = performance.now()
          link.click()
          const look = (): void => {
            const shown = [...document.querySelectorAll('.thread-scroller .row')].filter((row) => !old.has(row))
            if (performance.now() - began > 20_000) return reject(new Error('Nothing was painted.'))
            if (!shown.some((row) => row.getBoundingClientRect().height > 0 && row.textContent !== ''))
              return void requestAnimationFrame(look)
            // The rows are in the page; they are seen once this frame is painted.
            requestAnimationFrame(() => resolve(performance.now() - began))
          }
          requestAnimationFrame(look)
          return undefined
        }),
      id,
    ),
  )
}

/** To the upper end of what is loaded, until rows before it have come. */
async function timePageUps(page: Page): Promise<number[]> {
  const times: number[] = []
  for (let index = 0; index < 5; index += 1) {
    const ms = await page.evaluate(
      () =>
        new Promise<number>((resolve, reject) => {
          const scroller = document.querySelector<HTMLElement>('.thread-scroller')
          if (!scroller) return reject(new Error('There is no thread.'))
          const firstRow = (): string => scroller.querySelector('[data-item-index]')?.getAttribute('data-item-index') ?? ''
          const began = performance.now()
          scroller.scrollTop = 0
          const before = firstRow()
          const look = (): void => {
            if (performance.now() - began > 20_000) return reject(new Error('No earlier messages came.'))
            if (Number(firstRow()) >= Number(before)) return void requestAnimationFrame(look)
            requestAnimationFrame(() => resolve(performance.now() - began))
          }
          requestAnimationFrame(look)
          return undefined
        }),
    )
    times.push(z.number().parse(ms))
    await page.waitForTimeout(300)
  }
  return times
}

const framesSchema = z.object({ gaps: z.array(z.number()), tasks: z.array(z.number()) })

/** Gaps between frames, and tasks that kept the page busy, while an answer streams into the open conversation. */
async function streamFrames(app: App, page: Page, conversationId: string): Promise<z.infer<typeof framesSchema>> {
  const { id } = await app.api.spawn({ name: 'Streamer', cwd: app.folders.work })
  await app.api.instanceWhen(id, 'it to be idle', (one) => one.state === 'idle', 30_000)
  const other = await app.api.createConversation({ instanceId: id })
  await app.api.ask(other.id, 'Hello [rate 0]')
  await app.api.call(z.unknown(), 'PATCH', `/conversations/${conversationId}`, { instanceId: id })
  await timeToPaint(page, conversationId)
  await page.waitForTimeout(500)
  await page.evaluate(() => {
    const seen: { gaps: number[]; tasks: number[]; stopped: boolean } = { gaps: [], tasks: [], stopped: false }
    Object.assign(window, { benchFrames: seen })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!seen.stopped) seen.tasks.push(entry.duration)
    }).observe({ type: 'longtask' })
    let last = performance.now()
    const frame = (now: number): void => {
      seen.gaps.push(now - last)
      last = now
      if (!seen.stopped) requestAnimationFrame(frame)
    }
    requestAnimationFrame((now) => {
      last = now
      requestAnimationFrame(frame)
    })
  })
  await app.api.ask(conversationId, 'Tell me [long 800] [rate 100]')
  return framesSchema.parse(
    await page.evaluate(() => {
      const seen: unknown = Reflect.get(window, 'benchFrames')
      if (typeof seen === 'object' && seen !== null) Object.assign(seen, { stopped: true })
      return seen
    }),
  )
}
