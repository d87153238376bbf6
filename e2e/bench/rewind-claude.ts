import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { instanceConfigSchema } from '../../shared/domain/instance.ts'
import { ClaudeRewinds } from '../support/claude-rewinds.ts'
import { openCore, type CoreRun } from '../support/core.ts'
import type { Bench } from './figure.ts'
import { randomHistories } from './random-histories.ts'

/** So many at the same time: each waits for Claude most of its time. */
const atOnce = 3

/**
 * BENCH_HISTORIES random histories made by the real Claude with tools, commands and sub-agents, and a person in between: all of what it did goes
 * back byte for byte, nothing of the person's is touched, and the rewind is undone and done again.
 */
export const rewindClaude: Bench = async (note) => {
  const run = await openCore()
  try {
    return [await randomHistories({ usually: 60, atOnce, name: 'histories by Claude', play: (seed) => oneHistory(run, seed), note })]
  } finally {
    await run.close()
  }
}

async function oneHistory({ core, folders }: CoreRun, seed: number): Promise<string[]> {
  const folder = join(folders.work, `history-${seed}`)
  mkdirSync(folder)
  if (seed % 2 === 0) execFileSync('git', ['init', '-q'], { cwd: folder })
  const allowedTools = ['Bash', 'Read', 'Write', 'Edit', 'Agent', 'Task']
  const config = instanceConfigSchema.parse({ name: `claude ${seed}`, cwd: folder, allowedTools })
  const instance = await core.pool.instances.create({ ...config, start: true })
  const { id } = await core.conversations.create({ instanceId: instance.id })
  try {
    return await new ClaudeRewinds(core, id, folder, seed).play()
  } finally {
    await core.pool.instances.remove(instance.id)
  }
}
