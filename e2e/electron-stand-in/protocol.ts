import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Chromium never offers a scheme of one's own to interception, so `app://H/…` is `https://H.app-scheme.invalid/…` there. */
const suffix = '.app-scheme.invalid'
type Handler = (request: Request) => Response | Promise<Response>
const handlers = new Map<string, Handler>()

export function toPageUrl(url: string): string {
  return url.replace(/^app:\/\/([^/]+)/, `https://$1${suffix}`)
}

export function toAppUrl(url: string): string {
  return url.replace(/^https:\/\/([^/]+)\.app-scheme\.invalid/, 'app://$1')
}

export const protocol = {
  registerSchemesAsPrivileged: (): void => undefined,
  handle: (scheme: string, handler: Handler): void => void handlers.set(scheme, handler),
}

/** The app's own answer to a request of its scheme, as the DevTools protocol wants it. */
export async function answerRequest(
  url: string,
): Promise<{ responseCode: number; responseHeaders: { name: string; value: string }[]; body: string }> {
  const handler = handlers.get(new URL(url).protocol.replace(':', ''))
  const response = (await handler?.(new Request(url))) ?? new Response('No handler', { status: 404 })
  const body = Buffer.from(await response.arrayBuffer()).toString('base64')
  return { responseCode: response.status, responseHeaders: [...response.headers].map(([name, value]) => ({ name, value })), body }
}

const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

export const net = {
  fetch: async (url: string): Promise<Response> => {
    if (!url.startsWith('file:')) return fetch(url)
    const path = fileURLToPath(url)
    const content = await readFile(path)
    return new Response(content, { headers: { 'content-type': types[extname(path)] ?? 'application/octet-stream' } })
  },
}
