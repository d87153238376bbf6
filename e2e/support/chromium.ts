import { accessSync, constants } from 'node:fs'

/**
 * What a test never sees and each page would pay for. The last list given to Chromium counts, so those that Playwright turns off stand here too.
 */
const unusedFeatures = [
  // A renderer that is kept ready for a next page costs a start each time, and each test has one page.
  'SpareRendererForSitePerProcess',
  // The popups of the address bar are pages of their own, which are loaded with every window.
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'WebUIOmniboxFullPopup',
  'OmniboxNext',
  'AimEnabled',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'LensOverlay',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PaintHolding',
  'PreconnectToSearch',
  'ThirdPartyStoragePartitioning',
]

/** How the specs start either Chromium. */
export const chromiumArgs = [
  '--disable-gpu',
  `--disable-features=${unusedFeatures.join()}`,
  // Chromium refuses to sandbox itself for root, which is what a build machine runs as.
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
]

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
