import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { chromium, type Page } from '@playwright/test'
import { z } from 'zod'
import { fileMatchesSchema } from '../../shared/domain/completion.ts'
import { App, makeFolders } from '../support/app.ts'
import { chromiumPath } from '../support/chromium.ts'
import { readyInstance } from '../support/stories.ts'
import { until } from '../support/until.ts'
import { numberFrom, quantile, spread, type Bench, type Figure } from './figure.ts'

const maxPaintMs = 50
const words =
  'auth billing cart checkout core data editor engine feed graph http index job kernel layout mail node order parse query'.split(' ')
const typedFiles = ['auth', 'cart/che', 'queryorder', 'engine9.ts', 'kernl', 'mail-graph', 'zzq', 'data-editor12', 'index/', 'http']
const typedCommands = ['co', 'command-27', 'comp', 'does-thing', 'ns:auth', 'mail', 'zzq', 'rev', 'query-4', 'xlayout']
const known = z.object({ items: z.array(z.unknown()) })

/** Key to painted: `/` with BENCH_COMMANDS (500) commands, `@` in a repository of BENCH_FILES (200,000) files, ranked by Claude Code and by us. */
export const complete: Bench = async (note) => {
  const files = numberFrom('BENCH_FILES', 200_000)
  const commands = numberFrom('BENCH_COMMANDS', 500)
  const folders = await makeFolders()
  writeFiles(folders.work, files)
  writeCommands(folders.work, commands)
  execFileSync('git', ['init', '-q'], { cwd: folders.work })
  execFileSync('git', ['add', '-A'], { cwd: folders.work })
  const app = await App.start({ folders })
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox'] })
  try {
    const { instance, conversation } = await readyInstance(app)
    const count = async () => (await app.api.call(known, 'GET', `/instances/${instance.id}/commands?known=true`)).items.length
    await until('the commands', async () => (await count()) >= commands, 60_000)
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    await page.goto(`${app.page}`)
    await page.locator('[data-conversation]').first().waitFor()
    await page.evaluate((id) => void (location.hash = `#/conversation/${id}`), conversation.id)
    await page.getByRole('textbox', { name: 'Message' }).focus()
    const slash = await typed(page, '/', typedCommands)
    note(`${await count()} commands`)
    await until('Claude Code’s list of files', async () => (await found(app, folders.work)).source === 'claude', 60_000)
    const claude = await typed(page, '@', typedFiles)
    await app.api.act(instance.id, 'stop')
    await until('our own list of files', async () => !(await found(app, folders.work)).building, 60_000)
    const own = await typed(page, '@', typedFiles)
    return [
      figure(`/ with ${commands} commands: key to painted`, slash),
      figure(`@ in ${files} files, by Claude Code`, claude),
      figure(`@ in ${files} files, without a process`, own),
    ]
  } finally {
    await browser.close()
    await app.dispose()
  }
}

function figure(name: string, times: readonly number[]): Figure {
  return { name, measured: spread(times, 'ms'), wanted: `95% under ${maxPaintMs} ms`, ok: quantile(times, 0.95) < maxPaintMs }
}

function found(app: App, cwd: string) {
  return app.api.call(fileMatchesSchema, 'GET', `/folders/files?q=auth&cwd=${encodeURIComponent(cwd)}`)
}

/** Types each text twice, key by key; the times of the second round. */
async function typed(page: Page, sign: string, texts: readonly string[]): Promise<number[]> {
  const times: number[] = []
  for (const round of [1, 2])
    for (const text of texts) {
      await page.getByRole('textbox', { name: 'Message' }).fill('')
      for (let at = 0; at <= text.length; at += 1) {
        const query = text.slice(0, at)
        const watch = await page.evaluateHandle(watchFor, query)
        await page.keyboard.type(at === 0 ? sign : (text[at - 1] ?? ''))
        const ms = z.number().parse(await watch.evaluate(({ painted }) => painted))
        if (round === 2) times.push(ms)
      }
    }
  return times
}

/** From the next key until the frame that shows the list for `query` has been painted. */
function watchFor(query: string): { painted: Promise<number> } {
  const painted = new Promise<number>((resolve, reject) => {
    let began = 0
    addEventListener('keydown', () => (began = performance.now()), { capture: true, once: true })
    const observer = new MutationObserver(() => look())
    const late = setTimeout(() => {
      observer.disconnect()
      reject(new Error(`Nothing was shown for “${query}”.`))
    }, 20_000)
    const look = (): void => {
      if (began === 0 || document.querySelector('.completion')?.getAttribute('data-answers') !== query) return
      observer.disconnect()
      clearTimeout(late)
      const channel = new MessageChannel()
      channel.port1.addEventListener('message', () => resolve(performance.now() - began))
      channel.port1.start()
      requestAnimationFrame(() => channel.port2.postMessage(null))
    }
    observer.observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-answers'] })
  })
  return { painted }
}

function writeFiles(root: string, most: number): void {
  const word = (place: number) => words[place % words.length] ?? 'x'
  let made = 0
  for (let top = 0; made < most; top += 1)
    for (let sub = 0; sub < 30 && made < most; sub += 1) {
      const folder = path.join(
        root,
        `${word(top)}${top >= words.length ? Math.floor(top / words.length) : ''}`,
        `${word(top * 7 + sub)}-${sub}`,
      )
      mkdirSync(folder, { recursive: true })
      for (let file = 0; file < 100 && made < most; file += 1) {
        writeFileSync(path.join(folder, `${word(sub * 11 + file)}-${word(file * 3 + top)}${file}.ts`), '')
        made += 1
      }
    }
}

function writeCommands(root: string, most: number): void {
  const folder = path.join(root, '.claude', 'commands', 'ns')
  mkdirSync(folder, { recursive: true })
  for (let count = 0; count < most; count += 1) {
    const word = words[count % words.length] ?? 'x'
    const name = `${word}-${count}.md`
    writeFileSync(
      path.join(folder, name),
      `---\ndescription: Does-thing ${count} with the ${word}, and says how it went\nargument-hint: <name>\n---\nDo $ARGUMENTS`,
    )
  }
}
