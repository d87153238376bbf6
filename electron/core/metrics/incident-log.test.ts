import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Incident } from '../../../shared/domain/metrics.ts'
import { IncidentLog } from './incident-log.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'bullpen-incidents-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const begin = Date.parse('2026-01-01T00:00:00.000Z')
const everyone = { instances: null, conversations: null }

function crash(second: number): Incident {
  const at = new Date(begin + second * 1_000).toISOString()
  return { at, kind: 'crash', detail: 'CRASHED', instanceId: 'inst_000000000001', conversationId: null, turnId: null }
}

test('crashes are told of again after a start; where the oldest are not kept any more, that is told', () => {
  const file = path.join(folder, 'incidents.jsonl')
  const few = new IncidentLog(file)
  few.add([crash(0), crash(1)])
  expect(new IncidentLog(file).between(begin, begin + 10_000, everyone)).toEqual([crash(0), crash(1)])
  expect(few.forgottenBefore).toBeNull()
  few.add(Array.from({ length: 20_000 }, (_, index) => crash(index + 2)))
  for (const log of [few, new IncidentLog(file)]) {
    const told = log.between(begin, Number.MAX_SAFE_INTEGER, everyone)
    expect(told.at(-1)).toEqual(crash(20_001))
    expect(log.forgottenBefore).toBe(told[0]?.at)
  }
})
