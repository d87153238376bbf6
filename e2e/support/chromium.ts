import { accessSync, constants } from 'node:fs'

const usual = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/lib/chromium/chromium', '/snap/bin/chromium']

/** The Chromium that the specs drive: `CHROMIUM_PATH`, or the system's; undefined leaves it to Playwright's own. */
export function chromiumPath(): string | undefined {
  return [process.env['CHROMIUM_PATH'], ...usual].find((candidate) => candidate !== undefined && isExecutable(candidate))
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
