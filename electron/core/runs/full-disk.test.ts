import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { SmallDisk } from '../../../e2e/support/full-disk.ts'
import { DiskWatch } from '../storage/disk-watch.ts'
import { RunLab } from './runs-fixtures.ts'

let lab: RunLab | undefined
let disk: SmallDisk | null = null
let watch: DiskWatch | undefined
afterEach(async () => {
  await lab?.remove()
  watch?.close()
  await disk?.unmount()
  disk = null
})

test('a disk that is full in the middle of a step: the run waits, says so, goes on when there is room, and asks nothing twice', async (context) => {
  disk = await SmallDisk.mount(1)
  if (!disk) return context.skip()
  watch = new DiskWatch({ folder: disk.folder, probeMs: 5, onChange: () => lab?.store.heldChanged() })
  const known = { disk: watch, folder: join(disk.folder, 'runs') }
  lab = await RunLab.make((text) => (text.startsWith('slow') ? null : { text }), known)
  const id = await lab.start(`
recipe: r
steps:
  - { id: some, each: [1, 2, 3, 4], ask: "slow {{ item }} ${'x'.repeat(5_000)}" }
  - { id: after, ask: "after {{ steps.some.texts | join: ' ' }}" }`)
  while (lab.pool.running.size < 4) await new Promise((resolve) => setImmediate(resolve))
  disk.fill()
  for (const [index, taskId] of [...lab.pool.running.keys()].entries()) lab.pool.say(taskId, { text: `${index} ${'y'.repeat(5_000)}` })
  const held = await lab.until(id, ({ heldBy }) => heldBy !== undefined)
  expect(held.state).toBe('running')
  expect(held.heldBy).toContain('is full')
  const { heldBy, steps } = await lab.store.get(id)
  expect(steps.map(({ waitingFor }) => waitingFor)).toContain(heldBy)
  await expect(lab.store.control(id, 'cancel')).rejects.toMatchObject({ code: 'DISK_FULL' })
  await disk.free()
  const ended = await lab.until(id)
  expect(ended).toMatchObject({ state: 'done', turns: 5 })
  expect(ended).not.toHaveProperty('heldBy')
  expect(lab.prompts).toHaveLength(5)
  expect(lab.prompts.at(-1)).toMatch(/^after 0 y+ 1 y+ 2 y+ 3 y+$/)
  expect(lab.faults).toEqual([])
})

test('a turn that the disk cut off is asked again by itself, unless it may have had an effect', async () => {
  const full = { outcome: 'failed' as const, error: { code: 'DISK_FULL', message: 'Full.' } }
  const unsaved = { ...full, error: { ...full.error, data: { unsaved: ['Write'] } } }
  lab = await RunLab.make((text) => {
    const isFirst = lab?.prompts.filter((prompt) => prompt === text).length === 1
    return text === 'writes' ? unsaved : isFirst ? full : { text }
  })
  const id = await lab.start('recipe: r\nsteps: [{ id: a, ask: reads }, { id: b, ask: writes }]')
  while (lab.queue.tasks('open').every(({ nextAttemptAt }) => nextAttemptAt === null)) await new Promise((resolve) => setImmediate(resolve))
  lab.queue.tryNow()
  const run = await lab.until(id, ({ needs }) => needs.length > 0)
  expect(run).toMatchObject({ state: 'needs-you', needs: ['b'], turns: 3, costUsd: 0.03 })
  expect(lab.prompts).toEqual(['reads', 'reads', 'writes'])
  const need = (await lab.store.get(id)).steps[1]?.need
  expect(need?.kind).toBe('cut-off')
  expect(need?.text).toContain('Write had been called')
})
