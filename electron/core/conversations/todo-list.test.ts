import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Block } from '../../../shared/domain/message.ts'
import { todoSchema } from '../../../shared/domain/todo.ts'
import { TodoList } from './todo-list.ts'

const at = '2026-01-01T00:00:00.000Z'

/** A list that hears of calls and their answers, one message each. */
function listening() {
  const list = new TodoList()
  let seq = 0
  const tell = (role: 'user' | 'assistant' | 'tool', blocks: Block[]) => list.take({ role, blocks }, (seq += 1), at)
  const call = (name: string, input: Record<string, unknown>, output: string, isError = false) => {
    const toolUseId = `t${seq}`
    tell('assistant', [{ type: 'tool_use', toolUseId, name, input }])
    tell('tool', [{ type: 'tool_result', toolUseId, output, isError }])
    return seq
  }
  return { list, call, say: () => tell('user', [{ type: 'text', text: 'Go on' }]) }
}

function texts({ todo }: TodoList) {
  return todo?.items.map(({ text, status }) => `${text}: ${status}`)
}

it('entries are added, changed and taken away as Claude Code confirms it', () => {
  const { list, call } = listening()
  call('TaskCreate', { subject: 'Read', description: '', activeForm: 'Reading' }, 'Task #1 created successfully: Read')
  call('TaskCreate', { subject: 'Write', description: '' }, 'Task #2 created successfully: Write')
  call('TaskCreate', { subject: 'Never', description: '' }, 'It is disabled', true)
  call('TaskUpdate', { taskId: '1', status: 'in_progress' }, 'Updated task #1 status')
  call('TaskUpdate', { taskId: '2', addBlockedBy: ['1'], owner: 'bob' }, 'Updated task #2 owner, blockedBy')
  call('TaskUpdate', { taskId: '9', status: 'deleted' }, 'Task not found')
  expect(list.todo).toEqual({
    items: [
      { id: '1', text: 'Read', activeForm: 'Reading', status: 'in_progress' },
      { id: '2', text: 'Write', status: 'pending', owner: 'bob', blockedBy: ['1'] },
    ],
    total: 2,
    done: 0,
    updatedAt: at,
  })
  call('TaskUpdate', { taskId: '2', status: 'deleted' }, 'Updated task #2 deleted')
  expect(texts(list)).toEqual(['Read: in_progress'])
})

it('a listing says what there is, also of entries that were not seen', () => {
  const { list, call } = listening()
  call('TaskCreate', { subject: 'Gone', description: '' }, 'Task #1 created successfully: Gone')
  call('TaskList', {}, '#2 [completed] Read\n#3 [pending] Write [blocked by #2]')
  expect(texts(list)).toEqual(['Read: completed', 'Write: pending'])
})

it('TodoWrite replaces the list', () => {
  const { list, call } = listening()
  call('TodoWrite', { todos: [{ content: 'A', status: 'in_progress', activeForm: 'Doing A' }] }, 'Todos have been modified')
  call(
    'TodoWrite',
    {
      todos: [
        { content: 'A', status: 'completed', activeForm: 'Doing A' },
        { content: 'B', status: 'pending' },
      ],
    },
    'ok',
  )
  expect(texts(list)).toEqual(['A: completed', 'B: pending'])
  expect(list.todo).toMatchObject({ total: 2, done: 1 })
})

it('a list that is done goes with the next message; one that is not stays', () => {
  const { list, call, say } = listening()
  call('TaskCreate', { subject: 'Read', description: '' }, 'Task #1 created successfully: Read')
  say()
  expect(texts(list)).toEqual(['Read: pending'])
  call('TaskUpdate', { taskId: '1', status: 'completed' }, 'Updated task #1 status')
  expect(texts(list)).toEqual(['Read: completed'])
  say()
  expect(list.todo).toBeUndefined()
})

it('another session has no list, and neither has one that says so', () => {
  const { list, call } = listening()
  call('TaskCreate', { subject: 'Read', description: '' }, 'Task #1 created successfully: Read')
  expect(list.sessionChanged(50, at)).toBe(true)
  expect(list.todo).toBeUndefined()
  expect(list.sessionChanged(51, at)).toBe(false)
  call('TaskCreate', { subject: 'Write', description: '' }, 'Task #1 created successfully: Write')
  call('TaskList', {}, 'No tasks found')
  expect(list.todo).toBeUndefined()
})

it('what taken-back messages did to it is undone', () => {
  const { list, call } = listening()
  const seq = call('TaskCreate', { subject: 'Read', description: '' }, 'Task #1 created successfully: Read')
  call('TaskUpdate', { taskId: '1', status: 'completed' }, 'Updated task #1 status')
  expect(list.superseded(seq + 1, 1_000)).toBe(true)
  expect(texts(list)).toEqual(['Read: pending'])
  expect(list.superseded(seq + 1, 1_000)).toBe(false)
})

it('whatever tools are given and answer, the list is one that callers can read, and bounded', () => {
  const words = fc.oneof(fc.string({ maxLength: 2_000 }), fc.constant('Task #1 created successfully'), fc.constant('#1 [pending] x'))
  const name = fc.constantFrom('TaskCreate', 'TaskUpdate', 'TaskList', 'TodoWrite')
  const input = fc.dictionary(fc.constantFrom('subject', 'taskId', 'status', 'todos', 'activeForm', 'addBlockedBy'), fc.anything())
  fc.assert(
    fc.property(fc.array(fc.record({ name, input, output: words, isError: fc.boolean() }), { maxLength: 30 }), (calls) => {
      const { list, call } = listening()
      for (const one of calls) call(one.name, one.input, one.output, one.isError)
      return list.todo === undefined || todoSchema.safeParse(list.todo).success
    }),
  )
  const { list, call } = listening()
  for (let index = 1; index <= 1_200; index += 1)
    call('TaskCreate', { subject: 'x'.repeat(900), description: '' }, `Task #${index} created successfully: x`)
  expect(list.todo).toMatchObject({ total: 1_000, done: 0 })
  expect(list.todo?.items).toHaveLength(100)
  expect(list.todo?.items[0]?.text).toHaveLength(500)
})
