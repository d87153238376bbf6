import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Instance } from '../../../shared/domain/instance.ts'
import { openCore, type CoreRun } from '../../../e2e/support/core.ts'
import { until } from '../../../e2e/support/until.ts'

let run: CoreRun
let instance: Instance
beforeAll(async () => {
  run = await openCore()
  await mkdir(join(run.folders.work, '.claude', 'commands'), { recursive: true })
  await writeFile(
    join(run.folders.work, '.claude', 'commands', 'greet.md'),
    '---\ndescription: Says hello\nargument-hint: <name>\n---\nSay hello to $ARGUMENTS',
  )
  await writeFile(join(run.folders.work, 'a file.txt'), 'x')
  const config = {
    name: 'ada',
    cwd: run.folders.work,
    allowedTools: [],
    disallowedTools: [],
    mcpServers: {},
    savedServers: [],
    addDirs: [],
    env: {},
    tags: [],
  }
  instance = await run.core.pool.instances.create({ ...config, pinned: false, start: false })
})
afterAll(() => run.close())

it('what a process has is asked of it, and it is started for that', async () => {
  expect(instance.process).toBeNull()
  const controls = await run.core.pool.instances.controls(instance.id)
  expect(run.core.pool.instances.get(instance.id).process).not.toBeNull()
  const models = await controls.models()
  expect(models.map(({ value }) => value)).toContain('default')
  expect(models.some(({ efforts }) => efforts.includes('high'))).toBe(true)
  const greet = (await controls.commands()).find(({ name }) => name === 'greet')
  expect(greet).toMatchObject({ argumentHint: '<name>', builtin: false })
  expect(greet?.description).toContain('Says hello')
  expect((await controls.agents()).length).toBeGreaterThan(0)
  const usage = await controls.context()
  expect(usage.maxTokens).toBeGreaterThan(100_000)
  expect(usage.categories.some(({ kind }) => kind === 'used')).toBe(true)
  expect(await controls.servers()).toEqual([])
})

it('files are suggested as Claude Code ranks them', async () => {
  const controls = await run.core.pool.instances.controls(instance.id)
  expect(await until('the file is suggested', async () => (await controls.files('file')).includes('a file.txt'))).toBe(true)
})

it('model and effort are in force at once, and what cannot be is refused with its reason', async () => {
  const controls = await run.core.pool.instances.controls(instance.id)
  await controls.setModel('sonnet')
  await controls.setEffort('low')
  const applied = await controls.applied()
  expect(applied.model).toContain('sonnet')
  expect(applied.effort).toBe('low')
  await expect(controls.setMode('bypassPermissions')).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
  await expect(controls.server('no-such-server', 'reconnect')).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
})
