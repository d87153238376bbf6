import { existsSync, readFileSync, statSync } from 'node:fs'
import { mkdtemp, rm, symlink, unlink, mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { patienceMs } from '../../../e2e/support/until.ts'
import { LogSink } from './log-sink.ts'

let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'bullpen-log-'))
  file = path.join(folder, 'logs', 'bullpen.log')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const lines = (name: string): string[] => readFileSync(name, 'utf8').split('\n').filter(Boolean)

test('lines are in the file in their order once it is closed', async () => {
  const sink = new LogSink(file, 1_000_000)
  for (let count = 0; count < 500; count += 1) sink.write(`${count}\n`)
  await sink.close()
  expect(lines(file)).toEqual(Array.from({ length: 500 }, (_, count) => String(count)))
})

test('two files of the stated size are all there ever is, whatever is written', async () => {
  const sink = new LogSink(file, 10_000)
  let last = 0
  for (let round = 0; round < 40; round += 1) {
    for (let count = 0; count < 30; count += 1) sink.write(`${String((last += 1)).padStart(99)}\n`)
    await vi.waitFor(() => expect(readFileSync(file, 'utf8')).toContain(` ${last}\n`), { timeout: patienceMs })
  }
  expect(statSync(file).size).toBeLessThanOrEqual(10_000)
  expect(statSync(`${file}.1`).size).toBeLessThanOrEqual(10_000)
  await sink.close()
  const again = new LogSink(file, 10_000)
  again.write(`${'x'.repeat(5_000)}\n`)
  again.write(`${'y'.repeat(4_000)}\n`)
  await again.close()
  expect(statSync(file).size).toBeLessThanOrEqual(10_000)
})

test('a data folder that was moved away is not made anew', async () => {
  const sink = new LogSink(file, 1_000_000)
  await rm(folder, { recursive: true })
  sink.write('one\n')
  await sink.close()
  expect(existsSync(folder)).toBe(false)
})

test('a disk that takes nothing holds nobody up, not even the end', async () => {
  await mkdir(path.dirname(file))
  await symlink('/dev/full', file)
  const sink = new LogSink(file, 1_000_000)
  for (let count = 0; count < 20_000; count += 1) sink.write(`${'x'.repeat(100)}\n`)
  await sink.close()
  expect(existsSync(`${file}.1`)).toBe(false)
})

test('what was dropped while the disk was full is counted once it is not', async () => {
  await mkdir(path.dirname(file))
  await symlink('/dev/full', file)
  const sink = new LogSink(file, 10_000_000)
  for (let count = 0; count < 20_000; count += 1) sink.write(`${'x'.repeat(100)}\n`)
  await unlink(file)
  await vi.waitFor(() => expect(lines(file).length).toBeGreaterThan(1_000), { timeout: patienceMs })
  sink.write('"one"\n')
  await sink.close()
  const dropped = lines(file).find((line) => line.includes('dropped'))
  expect(z.object({ dropped: z.number() }).parse(JSON.parse(dropped ?? '')).dropped + lines(file).length - 2).toBe(20_000)
  expect(lines(file).at(-1)).toBe('"one"')
})
