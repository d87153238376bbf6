import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { chromium, type Browser, type Page } from '@playwright/test'
import { App, makeFolders, removeRun } from '../support/app.ts'
import { chromiumPath } from '../support/chromium.ts'
import { numberFrom, quantile, round, spread, type Bench, type Figure } from './figure.ts'
import { tracedTasks } from './page-tasks.ts'

const wantedOpenMs = 500
const wantedFrameMs = 50

/**
 * The Changes screen of BENCH_FILES files with BENCH_LINES lines that a command of the conversation changed, a fifth of them in one file: how long it
 * takes from the key to the painted list and difference, and the longest task and the frames while files and lines are scrolled through.
 * BENCH_ROUNDS: how often it is opened.
 */
export const changesScreen: Bench = async () => {
  const files = numberFrom('BENCH_FILES', 2_000)
  const lines = numberFrom('BENCH_LINES', 100_000)
  const rounds = numberFrom('BENCH_ROUNDS', 10)
  const folders = await makeFolders()
  try {
    makeFiles(folders.work, files, lines)
    const app = await App.start({ folders })
    const browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox'] })
    try {
      const created = await app.api.spawn({ name: 'reviewer', cwd: folders.work, allowedTools: ['Bash'] })
      const { id: instanceId } = await app.api.instanceWhen(created.id, 'it to be idle', ({ state }) => state === 'idle', 60_000)
      const { id } = await app.api.createConversation({ instanceId })
      await app.api.ask(id, '[bash: find part* -name "*.ts" -exec sed -i "s/old/new/" {} +] [rate 0] [long 5]')
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
      await page.goto(`${app.page}`)
      await page.locator(`[data-conversation="${id}"]`).click()
      await page.locator('.answer').first().waitFor()
      return await measureAll(browser, page, { id, files, lines, rounds })
    } finally {
      await browser.close()
      await app.quit()
    }
  } finally {
    await removeRun(folders)
  }
}

/** A repository whose files all hold the word that is changed. */
function makeFiles(folder: string, files: number, lines: number): void {
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', '-c', 'gc.auto=0', ...args], { cwd: folder })
  const large = Math.round(lines / 5)
  const each = Math.max(1, Math.floor((lines - large) / Math.max(1, files - 1)))
  const code = (count: number) =>
    Array.from({ length: count }, (_, line) => `export const value${line} = compute(${line}, 'old ${line}') // as before\n`).join('')
  for (let file = 0; file < files; file += 1) {
    const place = path.join(folder, `part${String(file % 40).padStart(2, '0')}`, `file${String(file).padStart(4, '0')}.ts`)
    mkdirSync(path.dirname(place), { recursive: true })
    writeFileSync(place, code(Math.ceil((file === 0 ? large : each) / 2)))
  }
  git('init', '-q', '-b', 'main')
  git('add', '.')
  git('commit', '-q', '-m', 'First')
}

type Asked = { id: string; files: number; lines: number; rounds: number }

async function measureAll(browser: Browser, page: Page, { id, files, lines, rounds }: Asked): Promise<Figure[]> {
  const start = await opened(page, `#/changes/${id}`, { id, rounds })
  const head = await opened(page, `#/changes/${id}?against=head`, { id, rounds })
  const what = `${files.toLocaleString('en-US')} files, ${lines.toLocaleString('en-US')} changed lines`
  const list = await tracedTasks(browser, page, () => framesWhileScrolling(page, '.file-list-rows'))
  // Only what is not folded away scrolls: the largest file is the first one.
  await page.evaluate(
    (address) => (location.hash = address),
    `#/changes/${id}?against=head&file=${encodeURIComponent('part00/file0000.ts')}`,
  )
  await page.locator('.unified-row').first().waitFor()
  await page.waitForLoadState('networkidle')
  const code = await tracedTasks(browser, page, () => framesWhileScrolling(page, '.text-diff-list'))
  await page.keyboard.press('s')
  await page.locator('.split-row').first().waitFor()
  await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)))
  const split = await tracedTasks(browser, page, () => framesWhileScrolling(page, '.text-diff-list'))
  return [
    openFigure(`open Changes, ${what}`, start),
    openFigure('the same, since the last commit', head),
    figure('the list', list),
    figure('its largest file', code),
    figure('the same, side by side', split),
  ]
}

/** From the thread, so many times; the first one is the first time. */
async function opened(page: Page, address: string, { id, rounds }: Pick<Asked, 'id' | 'rounds'>): Promise<number[]> {
  const open: number[] = []
  for (let turn = 0; turn < rounds; turn += 1) {
    await page.evaluate((thread) => (location.hash = thread), `#/conversation/${id}`)
    await page.locator('.composer, textarea').first().waitFor()
    open.push(await paintedAfter(page, address))
  }
  return open
}

function openFigure(name: string, [first = 0, ...again]: readonly number[]): Figure {
  return {
    name,
    measured: `${round(first)} ms the first time, then ${spread(again, 'ms')}`,
    wanted: `under ${wantedOpenMs} ms to painted`,
    ok: Math.max(first, quantile(again, 0.95)) < wantedOpenMs,
  }
}

/** By the processor: frames also wait for what else runs on the machine. */
function figure(what: string, { frames, worstCpuMs }: { frames: number[]; worstCpuMs: number }): Figure {
  return {
    name: `${what} scrolls: longest task, frames`,
    measured: `${round(worstCpuMs)} ms; ${spread(frames, 'ms')}, ${round(Math.max(...frames))} ms at most`,
    wanted: `no task over ${wantedFrameMs} ms`,
    ok: worstCpuMs <= wantedFrameMs,
  }
}

/** From the step to the address until a frame with the files and the first lines was painted. */
function paintedAfter(page: Page, address: string): Promise<number> {
  return page.evaluate(
    (to) =>
      new Promise<number>((resolve) => {
        const began = performance.now()
        location.hash = to
        const look = () => {
          const drawn = document.querySelector('.changes .file-row .file-open') && document.querySelector('.changes .line-code')
          if (drawn) requestAnimationFrame(() => resolve(performance.now() - began))
          else requestAnimationFrame(look)
        }
        requestAnimationFrame(look)
      }),
    address,
  )
}

/** Scrolls a list to its end and back in steps of a wheel, one each frame, and answers how long each frame took. */
async function framesWhileScrolling(page: Page, selector: string): Promise<{ frames: number[] }> {
  return page.evaluate(
    (list) =>
      new Promise<{ frames: number[] }>((resolve) => {
        const box = document.querySelector(list)
        if (!box) throw new Error(`There is no ${list}.`)
        const frames: number[] = []
        let last = performance.now()
        let step = 0
        const frame = (now: number) => {
          frames.push(now - last)
          last = now
          step += 1
          // Some steps as a wheel makes them, then leaps as a dragged bar makes them.
          if (step <= 160) box.scrollTop += step <= 80 ? 240 : -240
          else box.scrollTop = (box.scrollHeight * ((step * 37) % 100)) / 100
          if (step < 240) requestAnimationFrame(frame)
          else resolve({ frames: frames.slice(1) })
        }
        requestAnimationFrame(frame)
      }),
    selector,
  )
}
