import { expect, test } from 'vitest'
import { sampleRunSummary } from '../../e2e/support/sample-runs.ts'
import { idOf, sampleConversation, sampleInstance } from '../../e2e/support/samples.ts'
import type { PoolEvent } from '../../shared/domain/event.ts'
import { ChangeBatch, reduceAll } from './pool-batch.ts'
import { emptyPool, reducePool } from './pool-store.ts'

test('the first change comes at once, what follows soon comes together, in order', () => {
  const later: (() => void)[] = []
  const applied: number[][] = []
  const batch = new ChangeBatch<number>(
    (items) => applied.push([...items]),
    (run) => later.push(run),
  )
  const pass = () => later.shift()?.()
  batch.add(1)
  batch.add(2)
  batch.add(3)
  expect(applied).toEqual([[1]])
  pass()
  expect(applied).toEqual([[1], [2, 3]])
  pass()
  expect(later).toEqual([])
  batch.add(4)
  batch.add(5)
  batch.clear()
  pass()
  batch.add(6)
  expect(applied.slice(2)).toEqual([[4], [6]])
})

test('several events together come to the same as one after the other', () => {
  const instance = (name: string, number: number) => ({
    type: 'instance' as const,
    seq: 0,
    instance: sampleInstance({ id: idOf('inst', number), name }),
  })
  const talk = (title: string, number: number) => ({
    type: 'conversation' as const,
    seq: 0,
    conversation: sampleConversation({ id: idOf('conv', number), title }),
  })
  const run = (number: number, costUsd: number) => ({ type: 'run' as const, seq: 0, run: sampleRunSummary(number, { costUsd }) })
  const events: PoolEvent[] = [
    run(1, 1),
    run(2, 1),
    { type: 'run-removed', seq: 0, id: idOf('run', 2) },
    instance('a', 1),
    talk('one', 1),
    { type: 'instance-removed', seq: 0, id: idOf('inst', 1) },
    instance('b', 1),
    talk('two', 1),
    talk('three', 2),
    { type: 'conversation-removed', seq: 0, id: idOf('conv', 2) },
    { type: 'library', seq: 0, revision: 7 },
    run(1, 2),
    run(3, 1),
    instance('c', 1),
  ]
  expect(reduceAll(emptyPool, events)).toEqual(events.reduce(reducePool, emptyPool))
})
