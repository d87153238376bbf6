import { chromium, type Page } from '@playwright/test'
import { z } from 'zod'
import { savedRecipeSchema } from '../../shared/domain/saved-recipe.ts'
import { App } from '../support/app.ts'
import { chromiumPath } from '../support/chromium.ts'
import { numberFrom, quantile, spread, type Bench } from './figure.ts'

const maxMs = 100
const keys = 60

/** Key to painted: an id is typed in a recipe of BENCH_STEPS (200) steps, until the checked graph shows it. */
export const recipeEditor: Bench = async (note) => {
  const steps = numberFrom('BENCH_STEPS', 200)
  const app = await App.start()
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox'] })
  try {
    await app.api.call(savedRecipeSchema, 'POST', '/recipes', { text: recipeOf(steps) })
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    await page.goto(app.page)
    await page.getByRole('heading').first().waitFor()
    await page.evaluate(() => void (location.hash = '#/recipe/long'))
    await page.getByRole('list', { name: 'Steps' }).getByRole('button').nth(steps).waitFor()
    await page.getByRole('textbox', { name: 'Recipe' }).focus()
    await page.keyboard.press('Control+End')
    const times = await typed(page)
    note(`${steps} steps, ${times.length} keys`)
    return [
      {
        name: `recipe of ${steps} steps: key to checked and drawn`,
        measured: spread(times, 'ms'),
        wanted: `95% under ${maxMs} ms`,
        ok: quantile(times, 0.95) < maxMs,
      },
    ]
  } finally {
    await browser.close()
    await app.dispose()
  }
}

/** Steps with templates and needs, and one at the end whose id is typed. */
function recipeOf(steps: number): string {
  const all = Array.from({ length: steps }, (_, index) => {
    const needs = index < 4 ? [] : [`step-${index - 4}`]
    const before = needs.map((id) => ` {{ steps.${id}.text }}`).join('')
    return `  - id: step-${index}\n    needs: [${needs.join()}]\n    ask: "Look at {{ inputs.base }}, part ${index}.${before}"\n`
  })
  return `recipe: long\ninputs: { base: { default: main } }\nsteps:\n${all.join('')}  - ask: Sum it up.\n    needs: []\n    id: z`
}

async function typed(page: Page): Promise<number[]> {
  const times: number[] = []
  let id = 'z'
  for (let count = 0; count < keys; count += 1) {
    const letter = 'abcdefgh'[count % 8] ?? 'a'
    id += letter
    const watch = await page.evaluateHandle(watchFor, id)
    await page.keyboard.type(letter)
    times.push(z.number().parse(await watch.evaluate(({ painted }) => painted)))
  }
  // The first keys find everything cold.
  return times.slice(10)
}

/** From the next key until the frame that shows the step `id` has been painted. */
function watchFor(id: string): { painted: Promise<number> } {
  const painted = new Promise<number>((resolve, reject) => {
    let began = 0
    addEventListener('keydown', () => (began = performance.now()), { capture: true, once: true })
    const late = setTimeout(() => reject(new Error(`“${id}” was not drawn.`)), 10_000)
    const observer = new MutationObserver(() => {
      if (![...document.querySelectorAll('.recipe-graph b')].some(({ textContent }) => textContent === id)) return
      clearTimeout(late)
      observer.disconnect()
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - began)))
    })
    observer.observe(document.body, { subtree: true, childList: true, characterData: true })
  })
  return { painted }
}
