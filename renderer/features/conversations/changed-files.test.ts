import { expect, test } from 'vitest'
import type { Block } from '../../../shared/domain/message.ts'
import { sampleMessage } from '../../../e2e/support/samples.ts'
import { changedFiles } from './changed-files.ts'

function call(seq: number, name: string, input: Record<string, unknown>): Block {
  return { type: 'tool_use', toolUseId: `t${seq}`, name, input }
}

test('sums the changes of each file and leaves out what failed', () => {
  const calls = [
    call(1, 'Edit', { file_path: '/a', old_string: 'x', new_string: 'y\nz' }),
    call(2, 'Write', { file_path: '/b', content: 'one\n' }),
    call(3, 'Edit', { file_path: '/a', old_string: 'q', new_string: '' }),
    call(4, 'Edit', { file_path: '/c', old_string: 'q', new_string: 'r' }),
  ]
  const messages = calls.map((block, seq) => sampleMessage(seq, { blocks: [block] }))
  const results = calls.map((_, seq) =>
    sampleMessage(10 + seq, { role: 'tool', blocks: [{ type: 'tool_result', toolUseId: `t${seq + 1}`, output: '', isError: seq === 3 }] }),
  )
  const steps = changedFiles([...messages, ...results], new Map())
  let step = steps.next()
  while (!step.done) step = steps.next()
  expect(step.value).toEqual([
    { path: '/b', added: 1, removed: 0, written: true },
    { path: '/a', added: 2, removed: 2, written: false },
  ])
})
