import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openCore, type CoreRun } from '../../../e2e/support/core.ts'
import { instanceConfigSchema, type Instance } from '../../../shared/domain/instance.ts'
import { severalSchema, type SeveralOutcome } from '../../../shared/domain/several.ts'
import { actOnSeveral } from './several.ts'

let run: CoreRun
let app: string
let made: Instance[]
beforeAll(async () => {
  run = await openCore()
  app = join(run.folders.work, 'app')
  const { instances } = run.core.pool
  await mkdir(join(app, '.git', 'refs'), { recursive: true })
  await mkdir(join(app, 'src'))
  await writeFile(join(app, '.git', 'HEAD'), 'ref: refs/heads/main\n')
  const make = (name: string, cwd: string) => instances.create({ ...instanceConfigSchema.parse({ name, cwd }), start: false })
  made = [await make('a', app), await make('b', join(app, 'src')), await make('c', run.folders.work)]
})
afterAll(() => run.close())

const act = (input: unknown) => actOnSeveral(run.core.pool.instances, severalSchema.parse(input))
const short = (outcomes: SeveralOutcome[]) =>
  outcomes.map(({ name, outcome, error }) => `${name} ${outcome}${error ? ` ${error.code}` : ''}`)

test('each one has its outcome: what rests is not started by a restart, one that refuses keeps none of the others', async () => {
  expect(short(await act({ all: true, action: 'restart' }))).toEqual(['a unchanged', 'b unchanged', 'c unchanged'])
  const ids = made.map(({ id }) => id)
  expect(short(await act({ ids: [...ids, ids[0]], action: 'pause', mode: 'freeze' }))).toEqual([
    'a refused STATE_CONFLICT',
    'b refused STATE_CONFLICT',
    'c refused STATE_CONFLICT',
  ])
  await run.core.pool.instances.start(ids[0] ?? '')
  const held = await act({ all: true, action: 'pause', mode: 'hold' })
  expect(short(held)).toEqual(['a done', 'b done', 'c done'])
  expect(held[1]).toMatchObject({ before: { state: 'stopped' }, after: { state: 'paused', pause: 'hold' } })
  const parked = await act({ all: true, action: 'pause', mode: 'park' })
  expect(short(parked)).toEqual(['a done', 'b unchanged', 'c unchanged'])
  expect(parked[0]?.after).toEqual({ state: 'paused', pause: 'park' })
  const project = join(app, 'src')
  expect(short(await act({ project, action: 'resume' }))).toEqual(['a done', 'b done'])
  expect(short(await act({ all: true, action: 'resume' }))).toEqual(['a unchanged', 'b unchanged', 'c done'])
})

test('an unknown one is refused before anything is done', async () => {
  const ids = [made[1]?.id, 'inst_00000000dead']
  await expect(act({ ids, action: 'pause', mode: 'hold' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect(run.core.pool.instances.get(made[1]?.id ?? '').pause).toBeUndefined()
})

test.each([
  [{ action: 'resume' }, 'exactly one'],
  [{ ids: ['inst_000000000001'], all: true, action: 'resume' }, 'exactly one'],
  [{ all: true, action: 'pause' }, 'Give a mode'],
  [{ all: true, action: 'resume', mode: 'hold' }, 'Give a mode'],
])('%j is refused: %s', (input, words) => {
  expect(severalSchema.safeParse(input).error?.issues[0]?.message).toContain(words)
})
