import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { app } from './app.ts'
import { BrowserWindow } from './browser-window.ts'
import { ipcMain } from './ipc.ts'
import { MessageChannelMain } from './ports.ts'
import { net, protocol } from './protocol.ts'
import { WebContents } from './web-contents.ts'

/** What Bullpen uses of Electron, for machines that cannot have its binary. Specs patch and read it as they would the real one. */
type MenuItem = { id?: string; label?: string; submenu?: MenuItem[]; click?: () => void }

const dialog = {
  showMessageBox: async (): Promise<{ response: number }> => ({ response: 1 }),
  showOpenDialog: async (): Promise<{ canceled: boolean; filePaths: string[] }> => ({ canceled: true, filePaths: [] }),
  showSaveDialog: async (): Promise<{ canceled: boolean; filePath: string }> => ({ canceled: true, filePath: '' }),
  showErrorBox: (title: string, content: string): void => void process.stderr.write(`${title}: ${content}\n`),
}

/** Encrypts with a key that is in no key store: what is checked is only that nothing is kept as it is. */
const storageKey = createHash('sha256').update('stand-in').digest()
const safeStorage = {
  getSelectedStorageBackend: (): string => 'gnome_libsecret',
  isAsyncEncryptionAvailable: async (): Promise<boolean> => true,
  encryptStringAsync: async (text: string): Promise<Buffer> => {
    const iv = randomBytes(16)
    const cipher = createCipheriv('aes-256-cbc', storageKey, iv)
    return Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final()])
  },
  decryptStringAsync: async (sealed: Buffer): Promise<{ shouldReEncrypt: boolean; result: string }> => {
    const decipher = createDecipheriv('aes-256-cbc', storageKey, sealed.subarray(0, 16))
    return { shouldReEncrypt: false, result: Buffer.concat([decipher.update(sealed.subarray(16)), decipher.final()]).toString('utf8') }
  },
}

const shell = { openExternal: async (): Promise<void> => undefined, openPath: async (): Promise<string> => '' }

class ApplicationMenu {
  readonly items: MenuItem[]

  constructor(items: MenuItem[]) {
    this.items = items
  }

  getMenuItemById(id: string): MenuItem | null {
    const find = (items: MenuItem[]): MenuItem | undefined =>
      items.flatMap((item) => [item, ...(item.submenu ?? [])]).find((item) => item.id === id)
    return find(this.items) ?? null
  }
}

let applicationMenu: ApplicationMenu | null = null
const Menu = {
  buildFromTemplate: (items: MenuItem[]): ApplicationMenu => new ApplicationMenu(items),
  setApplicationMenu: (menu: ApplicationMenu): void => void (applicationMenu = menu),
  getApplicationMenu: (): ApplicationMenu | null => applicationMenu,
}

class Notification extends EventEmitter {
  readonly title: string
  readonly body: string

  constructor({ title, body }: { title: string; body: string }) {
    super()
    this.title = title
    this.body = body
  }

  static isSupported(): boolean {
    return true
  }

  show(): void {
    this.emit('show')
  }

  close(): void {
    this.emit('close')
  }
}

type PermissionHandler = (contents: unknown, permission: string, answer: (allowed: boolean) => void) => void
const defaultSession = {
  setDevicePermissionHandler: (): void => undefined,
  requestHandler: null as PermissionHandler | null,
  checkHandler: null as ((contents: unknown, permission: string) => boolean) | null,
  setPermissionRequestHandler: (handler: PermissionHandler): void => void (defaultSession.requestHandler = handler),
  setPermissionCheckHandler: (handler: (contents: unknown, permission: string) => boolean): void =>
    void (defaultSession.checkHandler = handler),
}

const session = { defaultSession }
const screen = { getDisplayMatching: () => ({ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }) }
const nativeTheme = Object.assign(new EventEmitter(), { themeSource: 'system', shouldUseDarkColors: false })
const powerMonitor = new EventEmitter()
const webContents = { fromDevToolsTargetId: (id: string): WebContents | undefined => WebContents.fromDevToolsTargetId(id) }

const electron = {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  MessageChannelMain,
  nativeTheme,
  net,
  Notification,
  powerMonitor,
  protocol,
  safeStorage,
  screen,
  session,
  shell,
  webContents,
}

export {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  MessageChannelMain,
  nativeTheme,
  net,
  Notification,
  powerMonitor,
  protocol,
  safeStorage,
  screen,
  session,
  shell,
  webContents,
}
// Some packages take the whole of it.
// oxlint-disable-next-line import/no-default-export
export default electron
