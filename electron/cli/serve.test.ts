import { spawn, type ChildProcess } from 'node:child_process'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { App, appEnv, makeFolders, removeRun, runCli, type AppFolders } from '../../e2e/support/app.ts'
import { isAlive } from '../../e2e/support/processes.ts'
import { until, within } from '../../e2e/support/until.ts'

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
  const ended = await within(20_000, 'it to end', app.ended)
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

describe('for the command that runs it with its own Node', () => {
  const start = async (): Promise<{ folders: AppFolders; child: ChildProcess; ended: Promise<number | null> }> => {
    const folders = await makeFolders()
    const main = path.join(import.meta.dirname, 'main.ts')
    const env = appEnv(folders, { BULLPEN_WATCH_STDIN: '1' })
    const child = spawn(process.execPath, [main, 'serve', '--demo'], { env, stdio: ['pipe', 'pipe', 'inherit'] })
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
    await within(20_000, 'it to be ready', new Promise((resolve) => child.stdout.once('data', resolve)))
    return { folders, child, ended }
  }

  test('ends at a signal, whatever is still open to it', async () => {
    const { folders, child, ended } = await start()
    child.kill('SIGTERM')
    expect(await within(10_000, 'it to end', ended)).toBe(0)
    await removeRun(folders)
  })

  test('ends when that command has gone', async () => {
    const { folders, child, ended } = await start()
    child.stdin?.end()
    expect(await within(10_000, 'it to end', ended)).toBe(0)
    await removeRun(folders)
  })
})
