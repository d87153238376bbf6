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
