import { expect, test } from 'vitest'
import { AppError } from '../../../shared/app-error.ts'
import { MessageTask } from './message-task.ts'
import { PromptQueue } from './prompt-queue.ts'

function queueOn(write: () => Promise<void>): { queue: PromptQueue; add: (text: string) => MessageTask } {
  const queue = new PromptQueue({ addTask: write, editTask: write, dropTask: write }, () => {})
  const add = (text: string): MessageTask => {
    const item = new MessageTask('conv_000000000001', { text, images: [], priority: 0 })
    queue.add(item)
    return item
  }
  return { queue, add }
}

test('a withdrawal that cannot be written leaves the message where it waits, and works once it can', async () => {
  let full = true
  const { queue, add } = queueOn(async () => {
    await Promise.resolve()
    if (full) throw new AppError('DISK_FULL', 'The disk is full.')
  })
  const items = ['one', 'two', 'three'].map(add)
  const second = items[1]?.taskId ?? ''
  await expect(queue.withdraw(second)).rejects.toMatchObject({ code: 'DISK_FULL' })
  expect(queue.waiting().map(({ text }) => text)).toEqual(['one', 'two', 'three'])
  full = false
  await queue.withdraw(second)
  expect(queue.waiting().map(({ text }) => text)).toEqual(['one', 'three'])
  await expect(items[1]?.done).rejects.toMatchObject({ code: 'TASK_GONE' })
  await expect(queue.withdraw(second)).rejects.toMatchObject({ code: 'TASK_GONE' })
})

test('a message whose withdrawal is being written does not begin', async () => {
  const { queue, add } = queueOn(() => Promise.resolve())
  const item = add('one')
  const other = add('two')
  const withdrawn = queue.withdraw(item.taskId)
  expect(queue.take(() => true)).toBe(other)
  await withdrawn
  expect(queue.waiting()).toEqual([])
})

test('a change that cannot be written changes nothing', async () => {
  const { queue, add } = queueOn(() => Promise.reject(new AppError('DISK_FULL', 'The disk is full.')))
  const item = add('one')
  await expect(queue.edit(item.taskId, { text: 'other', priority: 3 })).rejects.toMatchObject({ code: 'DISK_FULL' })
  expect(item).toMatchObject({ text: 'one', priority: 0 })
})

test('a message that cannot be written is refused, and does not wait', async () => {
  const { queue, add } = queueOn(() => Promise.reject(new AppError('DISK_FULL', 'The disk is full.')))
  const item = add('one')
  await queue.store(item)
  await expect(item.accepted).rejects.toMatchObject({ code: 'DISK_FULL' })
  expect(queue.waiting()).toEqual([])
})
