import { mkdir } from 'node:fs/promises'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { _electron, type ElectronApplication, type Page } from '@playwright/test'
import { appEnv, makeFolders, removeRun, type AppFolders } from './app.ts'
import { test as base } from './test.ts'

const root = path.resolve(import.meta.dirname, '..', '..')
const standIn = path.join(root, 'e2e', 'electron-stand-in', 'electron')

/** Electron's binary where it is installed and can open a window, else the stand-in. */
export function electronBinary(): { path: string; isReal: boolean } {
  const folder = path.join(root, 'node_modules', 'electron')
  const nameFile = path.join(folder, 'path.txt')
  const real = existsSync(nameFile) ? path.join(folder, 'dist', readFileSync(nameFile, 'utf8').trim()) : ''
  const hasDisplay = process.platform !== 'linux' || process.env['DISPLAY'] !== undefined
  return real !== '' && existsSync(real) && hasDisplay ? { path: real, isReal: true } : { path: standIn, isReal: false }
}

/** The desktop app with folders of its own, as Playwright sees Electron. */
export async function startDesktop(folders: AppFolders, env: Record<string, string> = {}): Promise<ElectronApplication> {
  const config = path.join(folders.root, 'config')
  await mkdir(config, { recursive: true })
  const full = appEnv(folders, { XDG_CONFIG_HOME: config, ...env })
  const defined = Object.fromEntries(Object.entries(full).filter((entry): entry is [string, string] => entry[1] !== undefined))
  return _electron.launch({ executablePath: electronBinary().path, args: [root, '--demo'], env: defined, timeout: 30_000 })
}

type DesktopFixtures = { folders: AppFolders; desktop: ElectronApplication; page: Page }

export const test = base.extend<DesktopFixtures>({
  // Playwright reads the names of fixtures from this pattern.
  // oxlint-disable-next-line no-empty-pattern
  folders: async ({}, use) => {
    const folders = await makeFolders()
    await use(folders)
    await removeRun(folders)
  },
  desktop: async ({ folders }, use) => {
    const desktop = await startDesktop(folders)
    await use(desktop)
    await desktop.close().catch(() => undefined)
  },
  page: async ({ desktop }, use) => {
    const page = await desktop.firstWindow()
    await page.getByRole('navigation').waitFor()
    await use(page)
  },
})

export { expect } from './test.ts'
