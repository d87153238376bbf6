import { app, dialog, session, shell, type WebContents, type WebFrameMain } from 'electron'
import { mayOpen } from '../../shared/link-policy.ts'
import type { Log } from '../core/log.ts'
import { pageOrigin } from './protocol.ts'

/** Copying is all that the page may do beyond drawing itself. */
const allowed = new Set(['clipboard-sanitized-write'])

/** Denies what a page could ask for, for every window there will ever be. */
export function lockDown(log: Log): void {
  session.defaultSession.setPermissionRequestHandler((_, permission, answer) => answer(allowed.has(permission)))
  session.defaultSession.setPermissionCheckHandler((_, permission) => allowed.has(permission))
  session.defaultSession.setDevicePermissionHandler(() => false)
  app.on('web-contents-created', (_, contents) => guard(contents, log))
}

/** True for the page that Bullpen serves itself, in a window and not in a frame of one. */
export function isOwnSender(frame: WebFrameMain | null): frame is WebFrameMain {
  return frame !== null && frame.parent === null && isOwnPage(frame.url)
}

function isOwnPage(url: string): boolean {
  return url.startsWith(`${pageOrigin}/`)
}

function guard(contents: WebContents, log: Log): void {
  const leave = (url: string): void => void offerLink(url).catch((error: unknown) => log.warn({ err: error }, 'a link was not opened'))
  contents.on('will-navigate', (event) => {
    if (isOwnPage(event.url)) return
    event.preventDefault()
    leave(event.url)
  })
  contents.on('will-redirect', (event) => {
    if (!isOwnPage(event.url)) event.preventDefault()
  })
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(({ url }) => {
    leave(url)
    return { action: 'deny' }
  })
}

/** Links leave the window only after the user has seen where they lead, and only to the web, a mail or this computer. */
async function offerLink(url: string): Promise<void> {
  if (!URL.canParse(url) || !mayOpen(new URL(url))) return
  const { response } = await dialog.showMessageBox({
    type: 'question',
    message: 'Open this address in your browser?',
    detail: url,
    buttons: ['Open', 'Cancel'],
    defaultId: 1,
    cancelId: 1,
  })
  if (response === 0) await shell.openExternal(url)
}
