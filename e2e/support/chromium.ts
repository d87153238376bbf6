import { accessSync, constants } from 'node:fs'

const usual = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/lib/chromium/chromium', '/snap/bin/chromium']
// The program itself: what stands on the path is a script that waits for it.
const withoutWindows = ['/usr/lib/chromium/chromium-headless-shell', '/usr/bin/chromium-headless-shell']

/** A whole Chromium: `CHROMIUM_PATH`, or the system's; undefined leaves it to Playwright's own. */
export function chromiumPath(): string | undefined {
  return [process.env['CHROMIUM_PATH'], ...usual].find(isExecutable)
}

/**
 * The Chromium that draws the page for the specs: `CHROMIUM_PATH`, or the system's without windows, which starts and opens a page with
 * less work; else a whole one.
 */
export function shellPath(): string | undefined {
  return [process.env['CHROMIUM_PATH'], ...withoutWindows].find(isExecutable) ?? chromiumPath()
}

function isExecutable(file: string | undefined): boolean {
  if (file === undefined) return false
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
