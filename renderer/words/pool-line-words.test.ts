import { expect, test } from 'vitest'
import { poolPolicySchema } from '../../shared/domain/pool.ts'
import { memoryWords, spareWords } from './pool-line-words.ts'

test('spares and memory in a few words', () => {
  const policy = (spares: number) => poolPolicySchema.parse({ spares })
  expect(spareWords({ sparesReady: 2, policy: policy(2) }, 6)).toBe('2 spares warm')
  expect(spareWords({ sparesReady: 0, policy: policy(0) }, 1)).toBe('1 process')
  expect(memoryWords({ memoryMb: 912, memoryLimitMb: 4_000 })).toBe('0.9 of 4 GB')
  expect(memoryWords({ memoryMb: 912, memoryLimitMb: null })).toBe('912 MB')
  expect(memoryWords({ memoryMb: 2_040, memoryLimitMb: null })).toBe('2 GB')
  expect(memoryWords({ memoryMb: null, memoryLimitMb: 4_000 })).toBeNull()
})
