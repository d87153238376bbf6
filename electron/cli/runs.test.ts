import { afterAll, beforeAll, expect, test } from 'vitest'
import { App, makeFolders, runCli } from '../../e2e/support/app.ts'

let app: App
beforeAll(async () => {
  app = await App.start()
})
afterAll(() => app.dispose())

const bullpen = (...args: string[]) => runCli(app.folders, args)

test('a gate is answered from the command line, once, with a message', async () => {
  expect(await bullpen('runs')).toEqual({ exit: 0, output: 'No run is open.\n' })
  const steps = [
    { id: 'go', gate: 'Publish it?' },
    { id: 'after', gate: 'Really, {{ steps.go.message }}?' },
  ]
  const { body } = await app.api.raw('POST', '/runs', { definition: { recipe: 'release', title: 'Release', steps }, wait: true })
  const { output } = await bullpen('runs')
  const [, id = ''] = /^(run_\w+) {2}needs-you {2}0 of 2 steps {2}Release\n {2}go {2}gate: Publish it\?\n$/.exec(output) ?? []
  expect(body).toMatchObject({ id })

  expect((await bullpen('runs', 'answer', id, 'go', 'approve', '--message', 'Ann')).exit).toBe(0)
  const again = await bullpen('runs', 'answer', id, 'go', 'reject')
  expect(again).toMatchObject({ exit: 1, output: expect.stringContaining('approved already') as unknown })
  expect((await bullpen('runs', '--json')).output).toContain('Really, Ann?')
  expect((await bullpen('runs', 'answer', 'run_0', 'go', 'skip')).output).toMatch(/^bullpen: .+\.\n$/)
})

test('where no Bullpen runs, it says how to start one', async () => {
  const folders = await makeFolders()
  expect(await runCli(folders, ['runs'])).toMatchObject({ exit: 3, output: expect.stringContaining('bullpen serve') as unknown })
})
