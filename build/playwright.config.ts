import path from 'node:path'
import { defineConfig } from '@playwright/test'
import { chromiumPath } from '../e2e/support/chromium.ts'

const root = path.resolve(import.meta.dirname, '..')

/** The app as its users see it: `web` in Chromium, `desktop` in Electron or its stand-in. */
export default defineConfig({
  testDir: path.join(root, 'e2e'),
  outputDir: path.join(root, 'reports', 'playwright'),
  fullyParallel: false,
  workers: 2,
  retries: 0,
  forbidOnly: process.env['CI'] !== undefined,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list'], ['json', { outputFile: process.env['PLAYWRIGHT_JSON'] ?? path.join(root, 'reports', 'playwright.json') }]],
  use: {
    viewport: { width: 1280, height: 800 },
    trace: 'off',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: chromiumPath(),
      // Chromium refuses to sandbox itself for root, which is what a build machine runs as.
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    },
  },
  projects: [
    { name: 'web', testDir: path.join(root, 'e2e', 'web') },
    { name: 'desktop', testDir: path.join(root, 'e2e', 'desktop') },
  ],
})
