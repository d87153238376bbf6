import { expect, test } from 'vitest'
import { begunTurn } from '../../../shared/domain/turn.ts'
import { PrometheusText } from './prometheus.ts'

function turnOf(index: number) {
  const begun = begunTurn({
    id: `turn_${String(index).padStart(12, '0')}`,
    conversationId: 'conv_000000000001',
    instanceId: null,
    startedAt: '2026-01-01T00:00:00.000Z',
  })
  const timing = { ...begun.timing, waitedMs: 1, allocatedMs: 2, startedMs: 20, firstTokenMs: 250, totalMs: 1_500, origin: 'warm' as const }
  return {
    ...begun,
    outcome: 'done' as const,
    timing,
    usage: { input: 1, output: 2, cacheRead: 3, cacheWrite: 4 },
    costUsd: 0.25,
    model: `model-${index}`,
  }
}

test('names follow the conventions, histograms count in seconds, and labels stay few', async () => {
  const prometheus = new PrometheusText({ version: '1.2.3', look: () => ({ queued: 3, spares: 1, instances: [] }) })
  for (let index = 0; index < 200; index += 1) prometheus.turnEnded(turnOf(index))
  const text = await prometheus.text()
  const names = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => ({ name, type }))
  expect(names.length).toBeGreaterThan(12)
  for (const { name, type } of names)
    expect(`${name} ${type}`).toMatch(/^bullpen_[a-z_]+_total counter$|^bullpen_[a-z_]+_seconds histogram$|^bullpen_[a-z_]+ gauge$/)
  expect(text).toContain('bullpen_turns_total{outcome="done",origin="warm",instance="none"} 200')
  expect(text).toContain('bullpen_turn_first_token_seconds_bucket{le="0.25",origin="warm"} 200')
  expect(text).toContain('bullpen_turn_first_token_seconds_bucket{le="0.1",origin="warm"} 0')
  expect(text).toContain('bullpen_turn_first_token_seconds_sum{origin="warm"} 49.8')
  expect(text).toContain('bullpen_queue_depth 3')
  expect(text).toContain('bullpen_cost_usd_total{model="other",instance="none"} 37.5')
  expect([...text.matchAll(/^bullpen_tokens_total\{kind="input"/gm)]).toHaveLength(51)
})

test('a run that is tried again costs what is new; topics beyond the most are added up', async () => {
  const topics = Array.from({ length: 60 }, (_, index) => {
    return { name: `topic-${index}`, waiting: 2, taken: 1, dead: 0, inPerMinute: 0.5, donePerMinute: 0 }
  })
  const runs = { running: 2, 'needs-you': 1, paused: 0 }
  const prometheus = new PrometheusText({ version: '1', look: () => ({ queued: 0, spares: 0, instances: [], runs, topics }) })
  const steps = { done: 1, failed: 1, skipped: 0, cancelled: 0 }
  const base = { id: 'run_000000000001', recipe: 'review', isNested: false, ms: 4_000, turns: 2, costUsd: 0.25 }
  const failed = { ...base, state: 'failed' as const, endedAt: '2026-01-01T00:00:00.000Z', steps }
  const done = {
    ...base,
    state: 'done' as const,
    endedAt: '2026-01-01T00:01:00.000Z',
    costUsd: 0.75,
    steps: { ...steps, done: 2, failed: 0 },
  }
  for (const end of [failed, failed, done]) prometheus.runEnded(end)
  prometheus.runEnded({ ...done, id: 'run_000000000002', isNested: true })
  prometheus.fired('skipped')
  const text = await prometheus.text()
  expect(text).toContain('bullpen_runs_total{recipe="review",state="failed"} 1')
  expect(text).toContain('bullpen_run_cost_usd_total{recipe="review"} 0.75')
  expect(text).toContain('bullpen_run_steps_total{outcome="done"} 4')
  expect(text).toContain('bullpen_trigger_firings_total{outcome="skipped"} 1')
  expect(text).toContain('bullpen_runs{state="needs-you"} 1')
  expect(text).toContain('bullpen_topic_messages{topic="other",state="waiting"} 20')
})
