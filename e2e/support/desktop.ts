import { mkdir } from 'node:fs/promises'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { _electron, type ElectronApplication, type Locator, type Page } from '@playwright/test'
import { appEnv, makeFolders, removeRun, type AppFolders } from './app.ts'
import { test as base } from './test.ts'
import { patienceMs, until } from './until.ts'

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

/** What a window needs of the machine that it opens on. */
const ofThisScreen = Object.fromEntries(
  ['DISPLAY', 'WAYLAND_DISPLAY', 'XAUTHORITY', 'XDG_RUNTIME_DIR', 'CHROMIUM_PATH'].map((name) => [name, process.env[name]]),
)

/** The desktop app with folders of its own, as Playwright sees Electron. */
export async function startDesktop(folders: AppFolders, env: Record<string, string> = {}): Promise<ElectronApplication> {
  const config = path.join(folders.root, 'config')
  await mkdir(config, { recursive: true })
  const full = appEnv(folders, { XDG_CONFIG_HOME: config, ...ofThisScreen, ...env })
  const defined = Object.fromEntries(Object.entries(full).filter((entry): entry is [string, string] => entry[1] !== undefined))
  return _electron.launch({ executablePath: electronBinary().path, args: [root, '--demo'], env: defined, timeout: patienceMs })
}

/** The app's window, once there is something on it. */
export async function openPage(desktop: ElectronApplication): Promise<Page> {
  const page = await desktop.firstWindow()
  await page.getByRole('navigation').waitFor()
  return page
}

/** Makes an instance as a person does, and answers where one writes to it. */
export async function newInstance(page: Page, name: string, folder: string): Promise<Locator> {
  await page.getByRole('button', { name: 'New instance' }).last().click()
  await page.getByLabel('Folder', { exact: true }).fill(folder)
  await page.getByLabel('Name', { exact: true }).fill(name)
  await page.getByRole('button', { name: 'Create instance' }).click()
  return page.getByPlaceholder(new RegExp(`Message ${name}`))
}

/** From now on keeps the notifications that are shown, for `notified`, instead of showing them. */
export async function keepNotifications(desktop: ElectronApplication): Promise<void> {
  await desktop.evaluate(({ Notification }) => {
    const kept: unknown[] = []
    Reflect.set(globalThis, 'keptNotifications', kept)
    Notification.prototype.show = function show(this: unknown) {
      kept.push(this)
    }
  })
}

/** The title of the first notification, once there is one. */
export function notified(desktop: ElectronApplication): Promise<string> {
  return until('a notification', () =>
    desktop.evaluate((): string | null => {
      const kept: unknown = Reflect.get(globalThis, 'keptNotifications')
      const first: unknown = Array.isArray(kept) ? kept[0] : null
      return typeof first === 'object' && first !== null ? String(Reflect.get(first, 'title')) : null
    }),
  )
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
    await use(await openPage(desktop))
  },
})

export { expect } from './test.ts'
