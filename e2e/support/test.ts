import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { test as base, expect, type Page } from '@playwright/test'
import { SharedApp } from './shared-app.ts'
import { App, makeFolders, removeRun, type AppFolders, type AppOptions } from './app.ts'

type Fixtures = {
  /** How `app` is started; set with `test.use`. */
  appOptions: AppOptions
  /**
   * Whether the tests of a file have one app after each other, without what the ones before have made: for those that neither end it nor
   * change its settings. Set with `test.use`. `folders` is still of the test alone: those of the app are `app.folders`.
   */
  oneApp: boolean
  /** Folders of this test alone; afterwards they and every process that knows them are gone, which is checked. */
  folders: AppFolders
  /** A running `bullpen serve` of this test alone, ended afterwards. */
  app: App
  /** The app in Chromium, opened as a person would. */
  ui: Page
}

export const test = base.extend<Fixtures, { shared: SharedApp }>({
  shared: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads from it that nothing else is needed
    async ({}, use) => {
      const shared = new SharedApp()
      await use(shared)
      await shared.end()
    },
    { scope: 'worker' },
  ],
  appOptions: [{}, { option: true }],
  oneApp: [false, { option: true }],
  folders: async ({ appOptions }, use) => {
    const folders = appOptions.folders ?? (await makeFolders())
    await use(folders)
    await removeRun(folders)
  },
  app: async ({ appOptions, folders, oneApp, shared }, use, { file }) => {
    if (oneApp) {
      await use(await shared.of(file))
      return shared.putBack()
    }
    const app = await App.start({ ...appOptions, folders })
    await use(app)
    await app.dispose()
  },
  ui: async ({ app, page }, use) => {
    const faults = watchFaults(page)
    await page.goto(app.page)
    await use(page)
    expect(faults, 'errors on the page').toEqual([])
  },
})

export { expect }

/** Collects what the page throws or logs as an error. */
function watchFaults(page: Page): string[] {
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(error.stack ?? error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text())
  })
  return faults
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe finds on the page as it is now, one line for each fault. */
export async function axeFaults(page: Page, { only }: { only?: readonly string[] } = {}): Promise<string[]> {
  // Pages forbid foreign scripts; this one comes through the debugger, which is outside of the page's policy. To read it costs as much as to use it.
  if (!(await page.evaluate('window.axe !== undefined'))) await page.evaluate(axeSource)
  const found: unknown = await page.evaluate(
    `window.axe.run(document, ${JSON.stringify({ resultTypes: ['violations'], ...(only ? { runOnly: [...only] } : {}) })}).then(({ violations }) =>
      violations.flatMap((rule) => rule.nodes.map((node) => rule.id + ': ' + node.target.join(' ') + ' — ' + node.failureSummary)))`,
  )
  if (!Array.isArray(found)) throw new Error('axe answered nothing.')
  return found.map(String)
}
