import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { extname, join, posix, relative, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { AppError } from '../../shared/app-error.ts'
import { framePolicy, isFrameFile, pagePolicy } from '../../shared/page-policy.ts'

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
}

const securityHeaders: Record<string, string> = {
  'content-security-policy': pagePolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
}

/** The frame of diagrams stands in the page, and is of no origin when it asks for its scripts. */
const frameHeaders: Record<string, string> = {
  ...securityHeaders,
  'content-security-policy': framePolicy,
  'x-frame-options': 'SAMEORIGIN',
  'cross-origin-resource-policy': 'cross-origin',
}

const notBuilt = `<!doctype html><html lang="en"><title>Bullpen</title><meta charset="utf-8"><body><h1>The page is not built yet</h1>
<p>Stop Bullpen, run <code>npm run build</code>, and start it again. Scripts can use <code>/api</code> meanwhile.</p></body></html>`

/**
 * Serves the built page from one folder and nothing else. Addresses that name no file are the page itself; a file that is
 * not there is NOT_FOUND. Throws what kept a file from being read, after cutting the answer off.
 */
export async function serveFile(folder: string, path: string, response: ServerResponse): Promise<void> {
  const file = await fileFor(folder, path)
  if (file === null) {
    response.writeHead(503, { ...securityHeaders, 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }).end(notBuilt)
    return
  }
  // Built files have their content's hash in their name; the page itself has not.
  const lasting = relative(folder, file.path).startsWith(`assets${sep}`)
  response.writeHead(200, {
    ...(isFrameFile(`/${relative(folder, file.path).replaceAll(sep, '/')}`) ? frameHeaders : securityHeaders),
    'content-type': types[extname(file.path)] ?? 'application/octet-stream',
    'content-length': file.size,
    'cache-control': lasting ? 'public, max-age=31536000, immutable' : 'no-store',
  })
  if (response.req.method === 'HEAD') response.end()
  else await pipeline(createReadStream(file.path), response).catch(unlessGone)
}

/** A reader that leaves in the middle is no error. */
function unlessGone(thrown: unknown): void {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : null
  if (code !== 'ERR_STREAM_PREMATURE_CLOSE' && code !== 'ECONNRESET' && code !== 'EPIPE') throw thrown
}

async function fileFor(folder: string, path: string): Promise<{ path: string; size: number } | null> {
  const wanted = safePath(path)
  if (wanted === null) throw missing(path)
  const found = await sizeOf(join(folder, wanted))
  if (found !== null) return { path: join(folder, wanted), size: found }
  if (wanted === '/assets' || wanted.startsWith('/assets/') || extname(wanted) !== '') throw missing(path)
  const index = join(folder, 'index.html')
  const size = await sizeOf(index)
  return size === null ? null : { path: index, size }
}

function missing(path: string): AppError {
  return new AppError('NOT_FOUND', `There is no file ${path.slice(0, 200)} here. Reload the page; it may have been rebuilt.`)
}

/** A path inside of the folder; null for one that would lead out of it. */
function safePath(path: string): string | null {
  try {
    const decoded = decodeURIComponent(path).replaceAll('\\', '/')
    if (decoded.includes('\0') || decoded.split('/').includes('..')) return null
    return posix.normalize(`/${decoded}`)
  } catch {
    return null
  }
}

async function sizeOf(path: string): Promise<number | null> {
  const found = await stat(path).catch(() => null)
  return found?.isFile() ? found.size : null
}
