import { mkdir, writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import path from 'node:path'
import type { WebLimits } from '../../electron/web/limits.ts'
import { startWebServer, type WebServer } from '../../electron/web/server.ts'
import { openCore, type CoreRun } from './core.ts'

/** The web shell inside the test's own process, with a small page of its own. */
export type WebRun = CoreRun & { server: WebServer; page: string; bearer: { authorization: string } }

export async function openWeb(limits: Partial<WebLimits> = {}): Promise<WebRun> {
  const run = await openCore()
  const page = path.join(run.folders.root, 'page')
  await mkdir(path.join(page, 'assets'), { recursive: true })
  await writeFile(path.join(page, 'index.html'), '<!doctype html><title>Page</title>')
  await writeFile(path.join(page, 'assets', 'main-1a2b.js'), 'export {}\n')
  const server = await startWebServer({ core: run.core, port: 0, version: '0.0.0', pageFolder: page, limits })
  const close = async (): Promise<void> => {
    await server.close()
    await run.close()
  }
  return { ...run, server, page, bearer: { authorization: `Bearer ${server.token}` }, close }
}

/** A bare connection, for what a well-behaved client would not send. */
export async function rawSocket(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  return socket
}

/** Sends bytes as they are and answers everything that comes back until the other side closes. */
export async function rawExchange(url: string, text: string): Promise<string> {
  const socket = await rawSocket(url)
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()).once('error', () => resolve()))
  socket.write(text)
  await closed
  return Buffer.concat(chunks).toString()
}
