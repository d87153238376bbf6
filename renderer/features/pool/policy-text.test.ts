import { expect, test } from 'vitest'
import { poolPolicyPatchSchema, poolPolicySchema } from '../../../shared/domain/pool.ts'
import { patchOfNumber, policyNumbers, shownNumber } from './policy-text.ts'

test('every number goes from the policy to the screen and back without a change', () => {
  const policy = poolPolicySchema.parse({
    idleTimeoutSeconds: 1800,
    ttlSeconds: 7200,
    memoryShare: 0.25,
    memoryLimitMb: 1500,
    concurrency: 3,
    rateLimit: 20,
    max: 6,
  })
  for (const number of policyNumbers) {
    const patch = patchOfNumber(number, shownNumber(policy, number))
    expect(poolPolicyPatchSchema.parse(patch)[number.key]).toBe(policy[number.key])
  }
})

test('what is no number is refused in words; an empty limit is no limit', () => {
  const number = policyNumbers.find(({ key }) => key === 'idleTimeoutSeconds')
  if (!number) throw new Error('There is an idle time.')
  expect(patchOfNumber(number, 'soon')).toContain('number')
  expect(patchOfNumber(number, '')).toEqual({ idleTimeoutSeconds: null })
  expect(patchOfNumber({ ...number, key: 'min', optional: false }, '')).toContain('number')
})
