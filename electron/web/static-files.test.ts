import { mkdir, mkdtemp, readdir, readlink, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { createServer, get, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sendError } from './rest.ts'
import { serveFile } from './static-files.ts'
import { errorInfoSchema, toAppError } from '../../shared/app-error.ts'
import { rawExchange } from '../../e2e/support/web.ts'
import { until } from '../../e2e/support/until.ts'

let root: string
let folder: string
let server: Server
let url: string

beforeAll(async () => {
  // A folder above the page's that has the name of the one for lasting files.
  root = path.join(await mkdtemp(path.join(tmpdir(), 'bullpen-files-')), 'assets')
  folder = path.join(root, 'page')
  await mkdir(path.join(folder, 'assets'), { recursive: true })
  await writeFile(path.join(root, 'secret.txt'), 'secret')
  await writeFile(path.join(folder, 'index.html'), '<title>Page</title>')
  await writeFile(path.join(folder, 'icon.svg'), '<svg/>')
  await writeFile(path.join(folder, 'assets', 'main.js'), 'export {}\n')
  await writeFile(path.join(folder, 'assets', 'big.wasm'), '')
  await truncate(path.join(folder, 'assets', 'big.wasm'), 256 * 1024 * 1024)
  server = createServer((request, response) => {
    serveFile(folder, (request.url ?? '/').split('?')[0] ?? '/', response).catch((thrown: unknown) => {
      if (response.headersSent) response.destroy()
      else sendError(response, toAppError(thrown))
    })
  })
  url = await new Promise<string>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`)
    })
  })
})

afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await rm(path.dirname(root), { recursive: true, force: true })
})

test('files with their content in their name last for ever, the page never', async () => {
  expect((await fetch(`${url}/assets/main.js`)).headers.get('cache-control')).toContain('immutable')
  expect((await fetch(`${url}/`)).headers.get('cache-control')).toBe('no-store')
  expect((await fetch(`${url}/icon.svg`)).headers.get('cache-control')).toBe('no-store')
})

test('a missing file is missing, an address of the page is the page', async () => {
  for (const missing of ['/assets/gone.js', '/assets/gone', '/assets/', '/assets', '/gone.js', '/deep/gone.css', '/favicon.ico']) {
    const response = await fetch(url + missing)
    const { code } = errorInfoSchema.parse(await response.json())
    expect([missing, response.status, code]).toEqual([missing, 404, 'NOT_FOUND'])
  }
  for (const address of ['/', '/settings', '/conversations/conv_1', '/index.html']) {
    const response = await fetch(url + address)
    expect([address, response.status, await response.text()]).toEqual([address, 200, '<title>Page</title>'])
  }
})

test('HEAD says what GET would, without the file', async () => {
  const response = await fetch(`${url}/assets/main.js`, { method: 'HEAD' })
  expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([200, '10', ''])
})

const ways = [
  '/../secret.txt',
  '/..%2fsecret.txt',
  '/%2e%2e/secret.txt',
  '/%2e%2e%2fsecret.txt',
  '/assets/../../secret.txt',
  '/assets/..%5c..%5csecret.txt',
  '/..\\secret.txt',
  '/....//secret.txt',
  '/%252e%252e/secret.txt',
  '//../secret.txt',
  '/secret.txt%00.js',
  '/%ff%fe',
  '/%',
]
for (const way of ways) {
  test(`${way} leads nowhere`, async () => {
    const answer = await rawExchange(url, `GET ${way} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 (404|200) /)
    expect(answer).not.toMatch(/secret$/)
  })
}

test.skipIf(process.platform !== 'linux')('a download that is broken off leaves nothing open', async () => {
  for (let count = 0; count < 20; count += 1) {
    await new Promise<void>((resolve, reject) => {
      const call = get(`${url}/assets/big.wasm`, (response) => {
        response.once('data', () => {
          response.destroy()
          resolve()
        })
      })
      call.once('error', reject)
    })
  }
  expect(await until('the files to be closed', async () => (await openFiles('big.wasm')) === 0)).toBe(true)
})

test.skipIf(process.platform !== 'linux')('a file that cannot be read cuts the answer off and is an error', async () => {
  // Reading this process' memory from its beginning fails, even for root.
  await symlink('/proc/self/mem', path.join(folder, 'assets', 'broken.js'))
  await expect(fetch(`${url}/assets/broken.js`).then((response) => response.text())).rejects.toThrow(
    /terminated|other side closed|fetch failed/,
  )
})

async function openFiles(name: string): Promise<number> {
  const handles = await readdir('/proc/self/fd')
  const targets = await Promise.all(handles.map((handle) => readlink(`/proc/self/fd/${handle}`).catch(() => '')))
  return targets.filter((target) => target.endsWith(name)).length
}
