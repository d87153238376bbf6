import { expect, test } from 'vitest'
import { workerConfigSchema, workerPatchSchema } from '../../../shared/domain/topic.ts'
import { configOf, formOf, patchOf } from './worker-form.ts'

const instanceId = 'inst_000000000001'

test('what is left empty is left out of a new worker, and taken away from one that is there', () => {
  const form = formOf(undefined, instanceId)
  expect(workerConfigSchema.parse(configOf('in', form))).toEqual(workerConfigSchema.parse({ topic: 'in', instanceId }))
  expect(workerPatchSchema.parse(patchOf(form))).toMatchObject({ output: null, prompt: null, timeoutSeconds: null })
})

test('a worker that is saved unchanged stays what it is', () => {
  const config = workerConfigSchema.parse({ topic: 'in', instanceId, output: 'out', prompt: '{{ message.text }}', timeoutSeconds: 60 })
  const times = {
    id: 'worker_000000000001',
    running: 0,
    done: 0,
    failed: 0,
    costUsd: 0,
    heldBy: null,
    createdAt: '2026-01-01T00:00:00.000Z',
  }
  const { topic, paused, ...changeable } = config
  expect({ topic, paused, ...patchOf(formOf({ ...config, ...times }, '')) }).toEqual({ topic, paused, ...changeable })
})
