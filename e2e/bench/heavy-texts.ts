import { chromium, type Page } from '@playwright/test'
import { heavyTexts } from '../fixtures/heavy-texts.ts'
import { App, makeFolders } from '../support/app.ts'
import { chromiumPath } from '../support/chromium.ts'
import { showText, textPlaces } from '../support/text-places.ts'
import { prompt, writeConversation } from '../support/written-conversation.ts'
import { tracedTasks } from './page-tasks.ts'
import { numberFrom, quantile, round, type Bench, type Figure } from './figure.ts'

const maxTaskMs = 100
const maxShownMs = 300

/**
 * Heavy texts in each place of a thread: how long the page is held at most, and when the text is in sight. BENCH_PLACE and BENCH_TEXT choose
 * some by a part of their name; BENCH_SETTLE_MS is how long each is watched.
 */
export const heavyText: Bench = async (note) => {
  const settleMs = numberFrom('BENCH_SETTLE_MS', 1_200)
  const places = Object.entries(textPlaces).filter(([name]) => name.includes(process.env['BENCH_PLACE'] ?? ''))
  const texts = Object.entries(heavyTexts()).filter(([name]) => name.includes(process.env['BENCH_TEXT'] ?? ''))
  const figures: Figure[] = []
  for (const [name, place] of places) {
    const folders = await makeFolders()
    const ids: [text: string, id: string][] = []
    const quiet = await writeConversation(folders.data, 1, [prompt('Nothing')])
    for (const [at, [text, value]] of texts.entries())
      ids.push([text, await writeConversation(folders.data, at + 2, place.said(value), place.titled ? value : undefined)])
    const app = await App.start({ folders })
    const browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox'] })
    try {
      const page = await openPage(await browser.newPage({ viewport: { width: 1280, height: 800 } }), app.page)
      const shown: Shown[] = []
      await showText(page, quiet, { unfold: false, selector: '.user-text' }, settleMs)
      for (const [text, id] of ids) {
        shown.push({ text, ...(await tracedTasks(browser, page, () => showText(page, id, place, settleMs))) })
        noteMissed(name, shown, note)
        await showText(page, quiet, { unfold: false, selector: '.user-text' }, 50)
      }
      figures.push(...heavyFigures(name, shown))
    } finally {
      await browser.close()
      await app.dispose()
    }
  }
  return figures
}

/**
 * How a heavy text was shown: when it was in sight, and the longest task of the page until and after that, by the clock and by the processor:
 * what else runs on the machine is in the first only.
 */
export type Shown = { text: string; shownMs: number; worstTaskMs: number; worstCpuMs: number }

/** Says of the newest text that it misses a figure. */
export function noteMissed(place: string, shown: readonly Shown[], note: (text: string) => void): void {
  const { text, shownMs, worstTaskMs, worstCpuMs } = shown.at(-1) ?? { text: '', shownMs: 0, worstTaskMs: 0, worstCpuMs: 0 }
  if (worstTaskMs > maxTaskMs || shownMs > maxShownMs)
    note(
      `${place}, ${text}: shown after ${round(shownMs)} ms, longest task ${round(worstTaskMs)} ms, of the processor ${round(worstCpuMs)} ms`,
    )
}

/** The figures of a place. */
export function heavyFigures(place: string, shown: readonly Shown[]): Figure[] {
  const name = `${shown.length} heavy texts, ${place}`
  return [
    figure(
      `${name}: longest task`,
      shown.map(({ worstTaskMs }) => worstTaskMs),
      maxTaskMs,
    ),
    figure(
      `${name}: of the processor`,
      shown.map(({ worstCpuMs }) => worstCpuMs),
      maxTaskMs,
    ),
    figure(
      `${name}: in sight`,
      shown.map(({ shownMs }) => shownMs),
      maxShownMs,
    ),
  ]
}

async function openPage(page: Page, address: string): Promise<Page> {
  await page.goto(address)
  await page.locator('[data-conversation]').first().waitFor()
  return page
}

function figure(name: string, values: readonly number[], most: number): Figure {
  const worst = Math.max(...values)
  return {
    name,
    measured: `${round(worst)} ms at most, ${round(quantile(values, 0.5))} median`,
    wanted: `none over ${most} ms`,
    ok: worst <= most,
  }
}
