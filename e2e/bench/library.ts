import { chromium, type Browser, type Page } from '@playwright/test'
import { z } from 'zod'
import { libraryWindowSchema } from '../../shared/domain/library.ts'
import { App, makeFolders, removeRun, type AppFolders } from '../support/app.ts'
import { chromiumPath } from '../support/chromium.ts'
import { writeHistory } from './conversation-history.ts'
import { numberFrom, quantile, round, spread, type Bench } from './figure.ts'

const maxOpenMs = 300
const maxFrameMs = 50

/** The library of very many conversations: opened first after a start, and scrolled. */
export const library: Bench = async (note) => {
  const count = numberFrom('BENCH_SESSIONS', 10_000)
  const starts = numberFrom('BENCH_STARTS', 6)
  const perConversation = numberFrom('BENCH_MESSAGES_EACH', 10)
  const folders = await makeFolders()
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox'] })
  try {
    const { messages, bytes } = writeHistory({ folder: folders.data, conversations: count, messages: count * perConversation })
    note(`${count} conversations, ${messages} messages, ${(bytes / 1e6).toFixed(0)} MB`)
    const first = await once(folders, browser, note)
    note(`the very first start of all took ${round(first.startMs)} ms; its index was being made: ${round(first.openMs)} ms to rows`)
    const runs = []
    for (let start = 0; start < starts; start += 1) runs.push(await once(folders, browser, note))
    const opens = [first, ...runs].map(({ openMs }) => openMs)
    const calls = [first, ...runs].map(({ callMs }) => callMs)
    const frames = runs.flatMap(({ gaps }) => gaps)
    const still = runs.flatMap(({ idle }) => idle)
    return [
      {
        name: `library of ${count}, first opened after a start`,
        measured: `${spread(opens, 'ms')}, most ${round(Math.max(...opens))} ms`,
        wanted: `under ${maxOpenMs} ms to painted rows`,
        ok: quantile(opens, 0.95) < maxOpenMs,
      },
      { name: 'its first window at the REST door', measured: spread(calls, 'ms'), wanted: '(no figure)', ok: true },
      {
        name: 'longest frame while scrolling through all of it',
        measured: `95% ${round(quantile(frames, 0.95))}, 99% ${round(quantile(frames, 0.99))}, most ${round(Math.max(...frames))} ms (standing still: most ${round(Math.max(...still))} ms)`,
        wanted: `none over ${maxFrameMs} ms`,
        ok: Math.max(...frames) < maxFrameMs,
      },
      {
        name: 'start of the app with them',
        measured: spread(
          runs.map(({ startMs }) => startMs),
          'ms',
        ),
        wanted: '(no figure)',
        ok: true,
      },
    ]
  } finally {
    await browser.close()
    await removeRun(folders)
  }
}

type Run = { startMs: number; openMs: number; callMs: number; gaps: number[]; idle: number[] }

async function once(folders: AppFolders, browser: Browser, note: (text: string) => void): Promise<Run> {
  const began = performance.now()
  const app = await App.start({ folders })
  const startMs = performance.now() - began
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  try {
    await page.goto(app.page)
    await page.locator('[data-conversation]').first().waitFor()
    const openMs = await timeToRows(page)
    const idle = await scrollThrough(page, 0)
    const gaps = [...(await scrollThrough(page, 1)), ...(await scrollThrough(page, wheelShare))]
    const before = performance.now()
    await app.api.call(libraryWindowSchema, 'GET', '/library?sort=cost')
    const callMs = performance.now() - before
    note(`start ${round(startMs)}, rows ${round(openMs)}, a new order ${round(callMs)} ms`)
    const slow = gaps.flatMap((gap, at) => (gap > maxFrameMs ? [`${at < 199 ? 'dragged' : 'wheel'} ${at % 199}: ${round(gap)}`] : []))
    if (slow.length > 0) note(`frames over ${maxFrameMs} ms: ${slow.join(', ')}`)
    return { startMs, openMs, callMs, gaps, idle }
  } finally {
    await page.close()
    await app.quit()
  }
}

/** From the click until the frame after which rows stand in the list. */
async function timeToRows(page: Page): Promise<number> {
  return z.number().parse(
    await page.evaluate(
      () =>
        new Promise<number>((resolve, reject) => {
          const link = [...document.querySelectorAll<HTMLElement>('.sidebar-link')].find((one) => one.textContent?.includes('Library'))
          if (!link) return reject(new Error('There is no way to the library.'))
          const began = performance.now()
          link.click()
          const look = (): void => {
            if (performance.now() - began > 20_000) return reject(new Error('Nothing was painted.'))
            const row = document.querySelector('.library-row[data-id]')
            if (!row || row.getBoundingClientRect().height === 0) return void requestAnimationFrame(look)
            // The rows are in the page; they are seen once this frame is painted.
            requestAnimationFrame(() => resolve(performance.now() - began))
          }
          requestAnimationFrame(look)
          return undefined
        }),
    ),
  )
}

/** As fast as a wheel is turned: some rows a frame, of a list of very many. */
const wheelShare = 'wheel'

/** Gaps between frames while the list is drawn past: all of it, as when its bar is dragged, or row by row; 0 is standing still. */
async function scrollThrough(page: Page, share: 0 | 1 | typeof wheelShare): Promise<number[]> {
  return z.array(z.number()).parse(
    await page.evaluate(
      (wanted) =>
        new Promise<number[]>((resolve, reject) => {
          const list = document.querySelector<HTMLElement>('.library-list')
          if (!list) return reject(new Error('There is no list.'))
          const gaps: number[] = []
          const frames = 200
          if (wanted === 'wheel') list.scrollTop = 0
          const step = wanted === 'wheel' ? 120 : ((list.scrollHeight - list.clientHeight) / frames) * wanted
          let last = performance.now()
          const frame = (now: number): void => {
            gaps.push(now - last)
            last = now
            list.scrollTop += step
            if (gaps.length < frames) requestAnimationFrame(frame)
            else resolve(gaps.slice(1))
          }
          requestAnimationFrame(frame)
          return undefined
        }),
      share,
    ),
  )
}
