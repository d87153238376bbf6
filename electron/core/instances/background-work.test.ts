import { expect, it } from 'vitest'
import { backgroundEvent } from '../claude/background-message.ts'
import { endedWords, runningWords } from './background-words.ts'
import { BackgroundWork } from './background-work.ts'

/** Work in the background as Claude Code tells it. */
function running(tasks: readonly [type: string, description: string][]) {
  const work = new BackgroundWork(() => {})
  const told = tasks.map(([task_type, description], at) => ({ task_id: `t${at}`, task_type, description }))
  work.take(backgroundEvent({ type: 'system', subtype: 'background_tasks_changed', tasks: told }))
  return work
}

it('commands, agents, monitors and workflows keep an instance at work, each under its own name', () => {
  const work = running([
    ['local_bash', 'npm run dev'],
    ['local_agent', 'Look around'],
    ['monitor', 'the build'],
    ['local_workflow', 'release'],
    ['something_new', ''],
  ])
  expect(work.active).toBe(true)
  expect(work.tasks.map(({ kind }) => kind)).toEqual(['command', 'agent', 'monitor', 'workflow', 'task'])
  expect(runningWords(work.tasks)).toBe('5 background tasks')
  expect(endedWords(work.tasks)).toContain('the monitor “the build”, the workflow “release”, the background task.')
})

it('the end of the last one leaves the instance idle', () => {
  const work = running([['monitor', 'the build']])
  expect(runningWords(work.tasks)).toBe('1 monitor')
  expect(work.clear()).toHaveLength(1)
  expect(work.active).toBe(false)
})

/** What Claude called, and what Claude Code answered as data. */
function calls(work: BackgroundWork, name: string, input: Record<string, unknown>, data: unknown) {
  const toolUseId = `call-${name}-${JSON.stringify(input)}`
  const lane = { parentToolUseId: null, uuid: 'u', providerId: 'p', model: 'm', synthetic: false, error: null }
  work.take({ type: 'assistant', blocks: [{ type: 'tool_use', toolUseId, name, input }], ...lane })
  const results = [{ toolUseId, output: 'ok', isError: false, images: [], data: null }]
  return work.take({ type: 'tool-results', uuid: null, results, parentToolUseId: null, data })
}

it('a time that Claude had set names its reason when it comes, and is then over; one that comes again stays', () => {
  const work = new BackgroundWork(() => {})
  const soon = Date.now() + 30_000
  expect(calls(work, 'ScheduleWakeup', { reason: 'look at the build', prompt: 'Look' }, { scheduledFor: soon })).toBe('tasks')
  const job = { id: 'c1', humanSchedule: 'Every day at 9:00 AM', recurring: true, nextFireAt: soon + 3_600_000 }
  calls(work, 'CronCreate', { cron: '0 9 * * *', prompt: 'say good morning' }, job)
  expect(work.tasks.map(({ description }) => description)).toEqual(['look at the build', 'say good morning'])
  work.take({ type: 'wakeup' })
  expect(work.takeCause()).toMatchObject({
    words: 'it was time for “look at the build”',
    line: { text: 'Claude continued: it was time for “look at the build”', notice: { kind: 'continued', data: { task: 'schedule' } } },
  })
  expect(work.tasks.map(({ id }) => id)).toEqual(['c1'])
  work.take({ type: 'wakeup' })
  expect(work.takeCause().words).toBe('it was time for “say good morning” (Every day at 9:00 AM)')
  expect(work.tasks).toHaveLength(1)
  calls(work, 'CronDelete', { id: 'c1' }, { id: 'c1' })
  expect(work.active).toBe(false)
})

it('what Claude Code lists counts: a schedule that is gone is gone, and one that was set by other means is told', () => {
  const work = new BackgroundWork(() => {})
  calls(work, 'CronCreate', { cron: '0 9 * * *', prompt: 'one' }, { id: 'c1', humanSchedule: 'Every day', recurring: true })
  calls(work, 'CronList', {}, { jobs: [{ id: 'c2', humanSchedule: 'Every hour', recurring: true, prompt: 'two' }] })
  expect(work.tasks).toMatchObject([{ id: 'c2', description: 'two', schedule: { every: 'Every hour' } }])
})
