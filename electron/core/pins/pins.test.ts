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
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bullpen-pins-'))
  told = []
  gone.clear()
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const idOf = (prefix: string, n: number) => `${prefix}_${n.toString(16).padStart(12, '0')}`
const open = () => Pins.open({ folder, watch: storeWatch(folder), isThere: ({ id }) => !gone.has(id), onChange: (pins) => told.push(pins) })

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
