import { app, net, protocol } from 'electron'
import { join, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { framePolicy, isFrameFile, pagePolicy } from '../../shared/page-policy.ts'
import { devServerAddress } from './dev-server.ts'

/** Where the page comes from: an origin of its own, so that no file and no site is one with it. */
export const pageOrigin = 'app://bullpen'
const pageFolder = join(import.meta.dirname, '..', 'renderer')

/** Set by `npm run dev`, which serves the page as it is being written. */
const devServer = app.isPackaged ? null : devServerAddress(process.env)

/** To be called before the app is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ])
}

/** Serves the built page and nothing else. */
export function servePage(): void {
  protocol.handle('app', async (request) => {
    if (devServer !== null) return fromDevServer(request.url, devServer)
    const path = fileFor(request.url)
    if (path === null) return new Response('Not found', { status: 404 })
    const found = await net.fetch(pathToFileURL(path).href).catch(() => null)
    if (!found?.ok) return new Response('Not found', { status: 404 })
    const headers = new Headers(found.headers)
    headers.set('content-security-policy', isFrameFile(new URL(request.url).pathname) ? framePolicy : pagePolicy)
    headers.set('x-content-type-options', 'nosniff')
    return new Response(found.body, { headers })
  })
}

/** The page under development has scripts of its tools in it, and a socket to them: none of our policy holds there. */
function fromDevServer(address: string, server: string): Promise<Response> {
  const { pathname, search } = new URL(address)
  return net.fetch(new URL(pathname + search, server).href)
}

/** The file that an address means; null when it is not one of the page's. */
function fileFor(address: string): string | null {
  const { host, pathname } = new URL(address)
  if (host !== 'bullpen') return null
  try {
    const path = join(pageFolder, decodeURIComponent(pathname))
    return path.startsWith(pageFolder + sep) && !path.includes('\0') ? path : null
  } catch {
    // An address that is not even well-formed.
    return null
  }
}
