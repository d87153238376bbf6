import { app, BrowserWindow, dialog, ipcMain } from 'electron'
import { homedir } from 'node:os'
import { z } from 'zod'
import { isOwnSender } from './security.ts'
import type { MainWindow } from './window.ts'

const startSchema = z.string().min(1).max(4096)
const countSchema = z.int().min(0)

/** The few things besides the contract that only the desktop can do, for the page of our own window. */
export function serveBridge(window: MainWindow): void {
  ipcMain.handle('bullpen:pick-folder', async (event, start: unknown) => {
    const owner = BrowserWindow.fromWebContents(event.sender)
    if (!owner || !isOwnSender(event.senderFrame)) return null
    const defaultPath = startSchema.safeParse(start).data ?? homedir()
    const { canceled, filePaths } = await dialog.showOpenDialog(owner, { properties: ['openDirectory', 'createDirectory'], defaultPath })
    return canceled ? null : (filePaths[0] ?? null)
  })
  ipcMain.on('bullpen:badge', (event, count: unknown) => {
    const parsed = countSchema.safeParse(count)
    if (!parsed.success || !isOwnSender(event.senderFrame)) return
    app.setBadgeCount(parsed.data)
    window.get()?.flashFrame(parsed.data > 0 && window.get()?.isFocused() === false)
  })
}
