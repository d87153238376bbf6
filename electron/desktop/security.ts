import { app, dialog, session, shell, type WebContents } from 'electron'
import { pageOrigin } from './protocol.ts'

/** Copying is all that the page may do beyond drawing itself. */
const allowed = new Set(['clipboard-sanitized-write'])

/** Denies what a page could ask for, for every window there will ever be. */
export function lockDown(): void {
  session.defaultSession.setPermissionRequestHandler((_, permission, answer) => answer(allowed.has(permission)))
  session.defaultSession.setPermissionCheckHandler((_, permission) => allowed.has(permission))
  app.on('web-contents-created', (_, contents) => guard(contents))
}

/** True for the page that Bullpen serves itself. */
export function isOwnPage(url: string): boolean {
  return url.startsWith(`${pageOrigin}/`)
}

function guard(contents: WebContents): void {
  contents.on('will-navigate', (event) => {
    if (isOwnPage(event.url)) return
    event.preventDefault()
    void offerLink(event.url)
  })
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(({ url }) => {
    void offerLink(url)
    return { action: 'deny' }
  })
}

/** Links leave the window only after the user has seen where they lead, and only to the web or a mail. */
async function offerLink(url: string): Promise<void> {
  if (!URL.canParse(url) || !['https:', 'mailto:'].includes(new URL(url).protocol)) return
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
