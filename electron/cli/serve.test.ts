import { spawn, type ChildProcess } from 'node:child_process'
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { App, appEnv, makeFolders, removeRun, runCli, type AppFolders } from '../../e2e/support/app.ts'
import { isAlive } from '../../e2e/support/processes.ts'
import { patienceMs, until, within } from '../../e2e/support/until.ts'

test('ends cleanly at a signal, and another one that follows does not cut that short', async () => {
  const app = await App.start()
  const instance = await app.api.raw('POST', '/instances', { name: 'One', cwd: app.folders.work })
  expect(instance.status).toBe(201)
  process.kill(app.pid, 'SIGINT')
  await until('it to be closing', () =>
    fetch(app.url).then(
      () => false,
      () => true,
    ),
  )
  if (isAlive(app.pid)) process.kill(app.pid, 'SIGINT')
  const ended = await within(patienceMs, 'it to end', app.ended)
  expect(ended).toBe(0)
  expect(app.output).toBe('')
  // Throws when a process is left.
  await app.dispose()
})

test('a second copy on the same data is refused with the address of the first', async () => {
  const app = await App.start()
  const second = await runCli(app.folders, ['serve', '--demo'])
  expect(second.exit).toBe(1)
  expect(second.output).toContain('bullpen: ')
  expect(second.output).toContain(app.url)
  await app.dispose()
})

test('address, token and sign-in are the same after a restart, until the token is renewed', async () => {
  const first = await App.start()
  const { folders } = first
  const file = path.join(folders.data, 'web.json')
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  const signedIn = await fetch(`${first.url}/sign-in`, { method: 'POST', headers: { authorization: `Bearer ${first.token}` } })
  const [cookie = ''] = (signedIn.headers.get('set-cookie') ?? '').split(';')
  const statusFor = async (app: App) => (await fetch(`${app.url}/api/health`, { headers: { cookie } })).status
  expect(await statusFor(first)).toBe(200)
  await first.kill()
  const second = await App.start({ folders })
  expect([second.url, second.token]).toEqual([first.url, first.token])
  expect(await statusFor(second)).toBe(200)
  await second.quit()
  const third = await App.start({ folders, args: ['--new-token'] })
  expect(third.url).toBe(first.url)
  expect(third.token).not.toBe(first.token)
  expect(await statusFor(third)).toBe(401)
  await third.dispose()
})

test.skipIf(process.platform !== 'linux')('the browser is opened without the token on a command line', async () => {
  const folders = await makeFolders()
  const said = path.join(folders.root, 'opened')
  const bin = path.join(folders.root, 'bin')
  await mkdir(bin)
  await writeFile(path.join(bin, 'xdg-open'), `#!/bin/sh\nprintf '%s' "$*" > ${said}.part && mv ${said}.part ${said}\n`, { mode: 0o755 })
  const app = await App.start({ folders, args: ['--open'], env: { PATH: `${bin}:${path.dirname(process.execPath)}:/usr/bin:/bin` } })
  const words = await until('the browser to be opened', () => readFile(said, 'utf8').catch(() => false as const))
  expect(words).not.toContain(app.token)
  const file = fileURLToPath(words)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(await readFile(file, 'utf8')).toContain(`url=${app.page}`)
  await app.quit()
  await expect(stat(file)).rejects.toThrow('ENOENT')
  await app.dispose()
})

describe('for the command that runs it with its own Node', () => {
  const start = async (): Promise<{ folders: AppFolders; child: ChildProcess; ended: Promise<number | null> }> => {
    const folders = await makeFolders()
    const main = path.join(import.meta.dirname, 'main.ts')
    const env = appEnv(folders, { BULLPEN_WATCH_STDIN: '1' })
    const child = spawn(process.execPath, [main, 'serve', '--demo'], { env, stdio: ['pipe', 'pipe', 'inherit'] })
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
    await within(patienceMs, 'it to be ready', new Promise((resolve) => child.stdout.once('data', resolve)))
    return { folders, child, ended }
  }

  test('ends at a signal, whatever is still open to it', async () => {
    const { folders, child, ended } = await start()
    child.kill('SIGTERM')
    expect(await within(patienceMs, 'it to end', ended)).toBe(0)
    await removeRun(folders)
  })

  test('ends when that command has gone', async () => {
    const { folders, child, ended } = await start()
    child.stdin?.end()
    expect(await within(patienceMs, 'it to end', ended)).toBe(0)
    await removeRun(folders)
  })
})
