import path from 'node:path'
import { defineConfig } from '@playwright/test'
import { chromiumArgs, chromiumPath, shellPath } from '../e2e/support/chromium.ts'
import { patienceMs } from '../e2e/support/until.ts'

const root = path.resolve(import.meta.dirname, '..')

/** Specs that need a Chromium with windows, or were not seen to pass without: their lists may stand elsewhere where nothing is drawn on a screen. */
const withWindows =
  /web.(aside|changes|notifications|panes|pool|queue|rare-cards|recipes|recovery|rewind|run[a-z-]*|screens|search|send-now|setup|sidebar|snapshots|state|topics|triggers|vault|worktrees)\.spec\.ts$/

/** The app as its users see it: `web` in Chromium, `desktop` in Electron or its stand-in. */
export default defineConfig({
  testDir: path.join(root, 'e2e'),
  outputDir: path.join(root, 'reports', 'playwright'),
  fullyParallel: false,
  // A spec waits for two fifths of its time: four keep two cores at work.
  workers: 4,
  retries: 0,
  forbidOnly: process.env['CI'] !== undefined,
  // These say when to give up, not how quick the app is: a machine that is many times slower passes too.
  timeout: 180_000,
  expect: { timeout: patienceMs },
  reporter: [['list'], ['json', { outputFile: process.env['PLAYWRIGHT_JSON'] ?? path.join(root, 'reports', 'playwright.json') }]],
  use: {
    viewport: { width: 1280, height: 800 },
    trace: 'off',
    screenshot: 'only-on-failure',
    // What moves is drawn by the processor here, frame by frame: two cores have better things to do.
    contextOptions: { reducedMotion: 'reduce' },
    launchOptions: { executablePath: shellPath(), args: chromiumArgs },
  },
  projects: [
    { name: 'web', testDir: path.join(root, 'e2e', 'web'), testIgnore: withWindows },
    {
      name: 'windows',
      testDir: path.join(root, 'e2e', 'web'),
      testMatch: withWindows,
      use: { launchOptions: { executablePath: chromiumPath(), args: chromiumArgs } },
    },
    // Each of these has an app of its own, and they come last: none of them is to be waited for alone.
    { name: 'desktop', testDir: path.join(root, 'e2e', 'desktop'), fullyParallel: true },
  ],
})
