import { expect, test } from 'vitest'
import type { InstanceState } from '../../../shared/domain/instance.ts'
import { Sampler } from './sampler.ts'
import type { Look } from './samples.ts'

function poolOf(state: InstanceState): Omit<Look, 'at'> {
  return { queued: 0, spares: 0, instances: [{ id: 'inst_000000000001', name: 'One', state, memoryMb: null, cpuPercent: null }] }
}

test('what begins to work is seen at the next round, however long it has rested; a pool that rests is seen now and then', async () => {
  const taken: string[] = []
  let round = 0
  const { promise, resolve } = Promise.withResolvers<void>()
  const sampler = new Sampler({
    everyMs: 1,
    look: () => {
      round += 1
      if (round > 14) resolve()
      return poolOf(round === 3 || round === 4 ? 'busy' : 'idle')
    },
    take: ({ instances }) => taken.push(`${round} ${instances[0]?.state ?? ''}`),
  })
  await promise
  sampler.close()
  expect(taken.filter((look) => Number.parseInt(look, 10) <= 14)).toEqual(['1 idle', '3 busy', '4 busy', '5 idle', '11 idle'])
})
