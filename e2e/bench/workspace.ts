import { readFileSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { chromium, type Page } from '@playwright/test'
import { z } from 'zod'
import { startWebServer } from '../../electron/web/server.ts'
import type { Core } from '../../electron/core/core.ts'
import type { Instance } from '../../shared/domain/instance.ts'
import { instanceConfigSchema } from '../../shared/domain/instance.ts'
import { makeFolders, type AppFolders } from '../support/app.ts'
import { chromiumPath } from '../support/chromium.ts'
import { openCore } from '../support/core.ts'
import { until } from '../support/until.ts'
import { writeHistory } from './conversation-history.ts'
import { numberFrom, quantile, round, type Bench, type Figure } from './figure.ts'
import { tracedTasks } from './page-tasks.ts'

const maxFrameMs = 50
const projects = 20
/** One that runs tools all the time: a call every 400 ms begins and ends, and each is written into its conversation. */
const changeMs = 200

/**
 * The sidebar of BENCH_INSTANCES instances and BENCH_CONVERSATIONS conversations, all of them on the page, while every instance and the
 * conversation it works in change five times a second: standing still, pointed at, scrolled, grouped and in one row; and before that while
 * nothing changes. Each for BENCH_MS.
 */
export const workspace: Bench = async (note) => {
  const instances = numberFrom('BENCH_INSTANCES', 40)
  const count = numberFrom('BENCH_CONVERSATIONS', 10_000)
  const ms = numberFrom('BENCH_MS', 8_000)
  const folders = await makeFolders()
  writeProjects(folders, count)
  const run = await openCore(folders)
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox'] })
  try {
    await makeInstances(run.core, folders, instances)
    const server = await startWebServer({ core: run.core, port: 0, version: '0.0.0' })
    try {
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
      await page.goto(`${server.url}/#token=${server.token}`)
      await loadAll(page, count)
      await page.mouse.move(700, 400)
      // What the machine and the browser do to frames by themselves.
      const still = await tracedTasks(browser, page, async () => ({ gaps: await frames(page, { ms, scrolls: false }) }))
      const figures: Figure[] = [figure('nothing changes', still.gaps, still.worstCpuMs)]
      const told = changes(run.core)
      for (const [name, prepare] of Object.entries(situations)) {
        await prepare(page)
        const before = told.count()
        const { gaps, worstCpuMs } = await tracedTasks(browser, page, async () => ({
          gaps: await frames(page, { ms, scrolls: name.includes('scrolled') }),
        }))
        note(`${name}: ${Math.round(((told.count() - before) * 1_000) / ms)} changes a second`)
        figures.push(figure(`${instances} instances, ${count} conversations, ${name}`, gaps, worstCpuMs))
      }
      told.stop()
      const left = await shownCount(page)
      return [...figures, { name: 'conversations still on the page', measured: String(left), wanted: String(count), ok: left >= count }]
    } finally {
      await server.close()
    }
  } finally {
    await browser.close()
    await run.close()
  }
}

const situations: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
  'by project': (page) => page.mouse.move(700, 400),
  'by project, scrolled': (page) => page.mouse.move(700, 400),
  'in one row': (page) =>
    page
      .getByRole('button', { name: 'Group by project' })
      .click()
      .then(() => page.mouse.move(700, 400)),
  'in one row, pointed at and scrolled': (page) => page.locator('.sidebar-conversations .sidebar-list').hover(),
}

/** Conversations of so many projects. */
function writeProjects({ data }: AppFolders, count: number): void {
  const { ids } = writeHistory({ folder: data, conversations: count, messages: count * 2 })
  for (const [at, id] of ids.entries()) {
    const file = path.join(data, 'conversations', `${id}.jsonl`)
    writeFileSync(file, readFileSync(file, 'utf8').replace(/"cwd":(?:null|"[^"]*")/g, `"cwd":"/projects/project-${at % projects}"`))
  }
}

async function makeInstances(core: Core, { work }: AppFolders, count: number): Promise<void> {
  for (let at = 0; at < count; at += 1) {
    const cwd = path.join(work, `project-${at % 8}`)
    await mkdir(cwd, { recursive: true })
    await core.pool.instances.create({ ...instanceConfigSchema.parse({ name: `instance ${at + 1}`, cwd }), start: false })
  }
}

/** A filter has all conversations fetched. */
async function loadAll(page: Page, count: number): Promise<void> {
  await page.locator('[data-conversation]').first().waitFor()
  await page.getByRole('button', { name: 'Search titles' }).click()
  await page.keyboard.type('zzz')
  await page.getByText('No matches.').waitFor({ timeout: 120_000 })
  await page.keyboard.press('Escape')
  await until('all conversations on the page', async () => (await shownCount(page)) >= count, 60_000)
}

async function shownCount(page: Page): Promise<number> {
  const text = (await page.locator('.sidebar-conversations .sidebar-section .figure').textContent()) ?? ''
  return Number(text.replaceAll(/\D/g, ''))
}

const words = ['Thinking', 'Answering', 'Read src/upload/client.ts', 'Running tests in api/', 'Edit src/main.ts']

/** Tells of changes as if all were at work. */
function changes(core: Core): { count: () => number; stop: () => void } {
  const { events } = core
  let told = 0
  let turn = 0
  const busySince = new Date().toISOString()
  const all = core.pool.instances.list()
  const talks: string[] = []
  void core.conversations.list({ state: 'active', limit: all.length }).then(({ items }) => talks.push(...items.map(({ id }) => id)))
  const work = (instance: Instance, place: number): Instance => ({
    ...instance,
    state: (Math.floor(turn / all.length) + place) % 17 === 0 ? 'idle' : 'busy',
    activity: words[(Math.floor(turn / all.length) + place) % words.length] ?? null,
    busySince,
    lastUsedAt: new Date().toISOString(),
  })
  // One after the other, as they would.
  const timer = setInterval(() => {
    const place = turn % all.length
    turn += 1
    const [instance, id] = [all[place], talks[place]]
    if (instance) events.publish((seq) => ({ type: 'instance', seq, instance: work(instance, place) }))
    if (id === undefined) return
    const conversation = { ...core.conversations.get(id), updatedAt: new Date().toISOString(), messageCount: turn }
    events.publish((seq) => ({ type: 'conversation', seq, conversation }))
    told += 2
  }, changeMs / all.length)
  return { count: () => told, stop: () => clearInterval(timer) }
}

/** Gaps between frames for some time, while the conversations are turned through where that is wanted. */
async function frames(page: Page, options: { ms: number; scrolls: boolean }): Promise<number[]> {
  return z.array(z.number()).parse(
    await page.evaluate(
      ({ ms, scrolls }) =>
        new Promise<number[]>((resolve, reject) => {
          const list = document.querySelector<HTMLElement>('.sidebar-conversations .sidebar-list')
          if (!list) return reject(new Error('There is no list.'))
          const gaps: number[] = []
          const began = performance.now()
          let last = began
          let step = 40
          const frame = (now: number): void => {
            gaps.push(now - last)
            last = now
            if (scrolls) {
              if (list.scrollTop + list.clientHeight >= list.scrollHeight - 1 || (step < 0 && list.scrollTop === 0)) step = -step
              list.scrollTop += step
            }
            if (now - began < ms) requestAnimationFrame(frame)
            else resolve(gaps.slice(1))
          }
          requestAnimationFrame(frame)
          return undefined
        }),
      options,
    ),
  )
}

function figure(name: string, gaps: readonly number[], worstCpuMs: number): Figure {
  const long = gaps.filter((gap) => gap > maxFrameMs).length
  return {
    name: `sidebar: ${name}`,
    measured: `longest task ${round(worstCpuMs)} ms of the processor; frames 95% ${round(quantile(gaps, 0.95))}, 99% ${round(quantile(gaps, 0.99))}, most ${round(Math.max(...gaps))} ms, ${long} of ${gaps.length} over ${maxFrameMs} ms`,
    wanted: `no frame over ${maxFrameMs} ms`,
    ok: worstCpuMs <= maxFrameMs && long === 0,
  }
}
