import { app } from 'electron'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Keeps what belongs to the window (Chromium's profile, its place on the screen, the lock that finds the first start) in the
 * data folder, so that a second start on this folder finds the first, and one on another folder is an app of its own.
 * To be called before the app is ready.
 */
export function keepProfileIn(home: string): void {
  const folder = join(home, 'desktop')
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    app.setPath('userData', folder)
  } catch {
    // The core cannot use the data folder either, and says why and what to do.
  }
  if (process.platform === 'win32') app.setAppUserModelId('bullpen')
}
