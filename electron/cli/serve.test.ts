import { expect, test } from 'vitest'
import { App, runCli } from '../../e2e/support/app.ts'
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
