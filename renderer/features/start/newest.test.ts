import { expect, test } from 'vitest'
import { idOf, sampleConversation } from '../../../e2e/support/samples.ts'
import { firstSpoken } from './newest.ts'

const all = [0, 3, 0, 1, 2].map((messageCount, at) => sampleConversation({ id: idOf('conv', at), messageCount }))

test('empty ones and those of runs are left out, and no more come than asked for', () => {
  expect(firstSpoken(all, 2)).toEqual([all[1], all[3]])
  const ofRun = sampleConversation({ id: idOf('conv', 9), messageCount: 2, origin: { runId: idOf('run', 1), stepId: 'a' } })
  expect(firstSpoken([ofRun, ...all], 9)).toEqual([all[1], all[3], all[4]])
})
