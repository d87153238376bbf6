import { chromium } from '@playwright/test'
import { heavyTexts } from '../fixtures/heavy-texts.ts'
import { chromiumPath } from '../support/chromium.ts'
import { numberFrom, quantile, type Bench } from './figure.ts'
import { liveCards, liveTexts } from './heavy-live.ts'
import type { Shown } from './heavy-texts.ts'

const maxShownMs = 100
const maxTaskMs = 50

/**
 * BENCH_CARDS requests of every kind, each holding a hostile text: marks piled up, ten thousand spaces, turned directions, markup, one
 * endless line, many lines. How soon each is painted on the page that is open, from the moment that the core has heard of it, with its
 * writing to disk, and the longest task of the page. BENCH_SETTLE_MS: how long the page is watched behind it. BENCH_TEXT chooses texts by a
 * part of their name.
 */
export const hostileCards: Bench = async (note) => {
  const cards = numberFrom('BENCH_CARDS', 300)
  const settleMs = numberFrom('BENCH_SETTLE_MS', 150)
  const names = Object.keys(heavyTexts()).filter((name) => name.includes(process.env['BENCH_TEXT'] ?? ''))
  const kinds = Object.entries(liveCards)
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox'] })
  const shown: Shown[] = []
  try {
    for (const [at, [kind, { tool, selector }]] of kinds.entries()) {
      const own = Math.floor(((at + 1) * cards) / kinds.length) - Math.floor((at * cards) / kinds.length)
      const wanted = Array.from({ length: own }, (_, place) => names[place % names.length] ?? '')
      const told = (all: readonly Shown[]) => {
        const { text, shownMs, worstTaskMs, worstCpuMs } = all.at(-1) ?? { text: '', shownMs: 0, worstTaskMs: 0, worstCpuMs: 0 }
        if (shownMs <= maxShownMs && worstCpuMs <= maxTaskMs) return
        note(
          `${kind}, ${text}: shown after ${Math.round(shownMs)} ms, longest task ${Math.round(worstTaskMs)} ms, of the processor ${Math.round(worstCpuMs)} ms`,
        )
      }
      shown.push(...(await liveTexts({ browser, tool, selector, names: wanted, settleMs, told })))
    }
  } finally {
    await browser.close()
  }
  return [
    figure(
      'shown',
      shown.map(({ shownMs }) => shownMs),
      maxShownMs,
    ),
    figure(
      'longest task, processor time',
      shown.map(({ worstCpuMs }) => worstCpuMs),
      maxTaskMs,
    ),
  ]
}

function figure(what: string, values: readonly number[], most: number) {
  const over = values.filter((value) => value > most).length
  return {
    name: `hostile cards: ${what}`,
    measured: `${values.length - over} of ${values.length} within ${most} ms, ${spread(values)}`,
    wanted: `all within ${most} ms`,
    ok: over === 0,
  }
}

function spread(values: readonly number[]): string {
  const [median, most] = [quantile(values, 0.5), Math.max(0, ...values)].map(Math.round)
  return `${median} ms at the median, ${most} ms at most`
}
