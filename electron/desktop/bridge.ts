import { app, BrowserWindow, dialog, ipcMain } from 'electron'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { isOwnSender } from './security.ts'
import type { Windows } from './windows.ts'

const startSchema = z.string().min(1).max(4096)
/** A name alone: where it goes is for the user to say. */
const nameSchema = z.string().regex(/^[\w.-]{1,100}$/)
const countSchema = z.int().min(0)
/** A place of the page's own. */
const addressSchema = z.string().regex(/^(?:#[\w/~-]{1,900})?$/)

/** The few things besides the contract that only the desktop can do, for the pages of our own windows. */
export function serveBridge(windows: Windows): void {
  ipcMain.handle('bullpen:pick-folder', async (event, start: unknown) => {
    const owner = BrowserWindow.fromWebContents(event.sender)
    if (!owner || !isOwnSender(event.senderFrame)) return null
    const defaultPath = startSchema.safeParse(start).data ?? homedir()
    const { canceled, filePaths } = await dialog.showOpenDialog(owner, { properties: ['openDirectory', 'createDirectory'], defaultPath })
    return canceled ? null : (filePaths[0] ?? null)
  })
  ipcMain.handle('bullpen:pick-file', async (event) => {
    const owner = BrowserWindow.fromWebContents(event.sender)
    if (!owner || !isOwnSender(event.senderFrame)) return null
    const { canceled, filePaths } = await dialog.showOpenDialog(owner, { properties: ['openFile'], defaultPath: homedir() })
    return canceled ? null : (filePaths[0] ?? null)
  })
  ipcMain.handle('bullpen:pick-save', async (event, name: unknown) => {
    const owner = BrowserWindow.fromWebContents(event.sender)
    const parsed = nameSchema.safeParse(name)
    if (!owner || !parsed.success || !isOwnSender(event.senderFrame)) return null
    const { canceled, filePath } = await dialog.showSaveDialog(owner, { defaultPath: join(app.getPath('downloads'), parsed.data) })
    return canceled ? null : filePath
  })
  ipcMain.on('bullpen:badge', (event, count: unknown) => {
    const parsed = countSchema.safeParse(count)
    if (!parsed.success || !isOwnSender(event.senderFrame)) return
    app.setBadgeCount(parsed.data)
    windows.flash(parsed.data > 0)
  })
  ipcMain.on('bullpen:open-window', (event, address: unknown) => {
    const parsed = addressSchema.safeParse(address)
    if (parsed.success && isOwnSender(event.senderFrame)) windows.open(parsed.data)
  })
}
