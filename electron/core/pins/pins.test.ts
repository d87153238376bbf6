import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { storeWatch } from '../../../e2e/support/store-watch.ts'
import type { Pin } from '../../../shared/domain/pin.ts'
import { Pins } from './pins.ts'

let folder: string
let told: Pin[][]
const gone = new Set<string>()
const archived = new Set<string>()
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bullpen-pins-'))
  told = []
  gone.clear()
  archived.clear()
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const idOf = (prefix: string, n: number) => `${prefix}_${n.toString(16).padStart(12, '0')}`
const open = () =>
  Pins.open({
    folder,
    watch: storeWatch(folder),
    isThere: ({ id }) => !gone.has(id),
    isListed: ({ id }) => !archived.has(id),
    onChange: (pins) => told.push(pins),
  })

test('pins are told, kept in their order, and each is there once', async () => {
  const pins = await open()
  await pins.add(idOf('conv', 1))
  await pins.add(idOf('inst', 2))
  await pins.add(idOf('conv', 1))
  expect((await open()).list().map(({ id, kind }) => [id, kind])).toEqual([
    [idOf('conv', 1), 'conversation'],
    [idOf('inst', 2), 'instance'],
  ])
  await pins.remove(idOf('conv', 1))
  await pins.remove(idOf('conv', 1))
  expect(told.map((all) => all.length)).toEqual([1, 2, 1])
})

test('what is gone is not listed, cannot be pinned, comes back with its pin, and makes room at the bound', async () => {
  const pins = await open()
  for (let n = 0; n < 200; n += 1) await pins.add(idOf('conv', n))
  await expect(pins.add(idOf('conv', 200))).rejects.toMatchObject({ code: 'LIMIT_REACHED' })
  gone.add(idOf('conv', 7))
  expect(pins.list()).toHaveLength(199)
  await expect(pins.add(idOf('conv', 7))).rejects.toMatchObject({ code: 'NOT_FOUND' })
  gone.clear()
  expect(pins.list()).toHaveLength(200)
  gone.add(idOf('conv', 7))
  await pins.add(idOf('conv', 200))
  gone.clear()
  expect(pins.list().some(({ id }) => id === idOf('conv', 7))).toBe(false)
})

test('a pin moves among those of its kind that are there; at an end it stays, and what is not pinned is refused', async () => {
  const pins = await open()
  const [first, second, third, instance] = [idOf('conv', 1), idOf('conv', 2), idOf('conv', 3), idOf('inst', 4)]
  for (const id of [first, instance, second, third]) await pins.add(id)
  const order = () => pins.list().map(({ id }) => id)
  await pins.move(third, 'up')
  expect(order()).toEqual([first, instance, third, second])
  await pins.move(third, 'up')
  expect(order()).toEqual([third, instance, first, second])
  const count = told.length
  expect((await pins.move(third, 'up')).map(({ id }) => id)).toEqual(order())
  expect(told).toHaveLength(count)
  // One in the trash or the archive is passed, and is where it was once it is back.
  gone.add(first)
  await pins.move(third, 'down')
  gone.clear()
  expect((await open()).list().map(({ id }) => id)).toEqual([second, instance, first, third])
  archived.add(first)
  await pins.move(second, 'down')
  archived.clear()
  expect(order()).toEqual([third, instance, first, second])
  await expect(pins.move(idOf('conv', 9), 'up')).rejects.toMatchObject({ code: 'NOT_FOUND' })
})
