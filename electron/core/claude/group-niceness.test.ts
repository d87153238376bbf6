import { expect, test } from 'vitest'
import { until } from '../../../e2e/support/until.ts'
import { GroupNiceness } from './group-niceness.ts'

/** A system whose first writes take longest, as two writes of a pool of threads may. */
function slowSystem(refusals = 0) {
  const system = { niceness: -1, atOnce: 0, mostAtOnce: 0, refused: 0 }
  let delayMs = 30
  const write = async (_pid: number, niceness: number): Promise<void> => {
    system.atOnce += 1
    system.mostAtOnce = Math.max(system.mostAtOnce, system.atOnce)
    await new Promise((resolve) => setTimeout(resolve, delayMs))
    delayMs = Math.max(0, delayMs - 25)
    system.atOnce -= 1
    if (system.refused < refusals) {
      system.refused += 1
      throw Object.assign(new Error('Try again'), { code: 'EAGAIN' })
    }
    system.niceness = niceness
  }
  return { system, groups: new GroupNiceness(write) }
}

test('what is wanted last is what a process gets, however quickly it follows', async () => {
  const { system, groups } = slowSystem()
  for (const niceness of [0, 10, 0, 10]) groups.set(1, niceness)
  await until('the last', () => system.atOnce === 0 && system.niceness === 10)
  expect(system).toMatchObject({ niceness: 10, mostAtOnce: 1 })
})

test('where the system wants it less often, it is told again, and what is newer counts', async () => {
  const { system, groups } = slowSystem(2)
  groups.set(1, 10)
  await until('a refusal', () => system.refused > 0)
  groups.set(1, 0)
  await until('it to come forward', () => system.niceness === 0)
  expect(system.refused).toBe(2)
})

test('a process that has ended is nothing to wait for', async () => {
  let writes = 0
  const groups = new GroupNiceness(async () => {
    writes += 1
    throw Object.assign(new Error('No such process'), { code: 'ENOENT' })
  })
  groups.set(1, 10)
  await until('the write', () => writes === 1)
  groups.set(1, 0)
  await until('the next', () => writes === 2)
  expect(writes).toBe(2)
})
