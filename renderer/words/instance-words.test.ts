import { expect, test } from 'vitest'
import { idOf, sampleConversation, sampleInstance, sampleTurn } from '../../e2e/support/samples.ts'
import { answeringModel, instanceLine, markOf, stateWord } from './instance-words.ts'

const id = idOf('conv', 1)
const lastTurn = sampleTurn(1, { model: 'claude-opus-5-5' })
const process = { pid: 7, origin: 'warm' as const, memoryMb: null, cpuPercent: null, startedAt: '2026-01-02T03:04:05.000Z' }

test('the model of a conversation is the one that its process answers with, else the one that was chosen, else the last', () => {
  const conversation = sampleConversation({ id, lastTurn })
  const instance = sampleInstance({ conversationId: id, model: 'opus' })
  const answering = { ...instance, process: { ...process, model: 'claude-sonnet-5-5' } }
  expect(answeringModel(conversation, answering)).toBe('Sonnet 5.5')
  expect(answeringModel(conversation, instance)).toBe('Opus 5.5')
  expect(answeringModel(conversation, { ...instance, model: 'sonnet' })).toBe('Sonnet')
  expect(answeringModel(conversation, null)).toBe('Opus 5.5')
  expect(answeringModel(null, null)).toBeNull()
})

test('what another conversation of the instance has chosen is not said of this one', () => {
  const instance = sampleInstance({ conversationId: idOf('conv', 2), model: 'haiku', process: { ...process, model: 'claude-haiku-5-5' } })
  expect(answeringModel(sampleConversation({ id, lastTurn }), instance)).toBe('Opus 5.5')
  expect(answeringModel(sampleConversation({ id, lastTurn, model: 'sonnet' }), instance)).toBe('Sonnet')
})

test('an instance that the system has suspended says so, with what waits for it', () => {
  const instance = sampleInstance({ state: 'paused', queued: 1, process: { ...process, suspended: true } })
  expect(instanceLine(instance, { now: 0, home: null })).toBe('Suspended by the system · 1 message waiting')
  expect(stateWord(instance)).toBe('Suspended')
  expect(markOf(instance)).toBe('frozen')
})
