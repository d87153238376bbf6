import path from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { bundledClaude } from '../../../e2e/bench/raw-claude.ts'
import { makeFolders, removeRun, type AppFolders } from '../../../e2e/support/app.ts'
import { authorEnv, stories, tell, tellInTerminal, type Author, type WrittenSession } from '../../../e2e/support/claude-stories.ts'
import { hasTerminal } from '../../../e2e/support/claude-terminal.ts'
import { readHistory } from '../../../e2e/support/history-reading.ts'
import { startDemoModel, type DemoModel } from '../../demo/demo-model.ts'

let folders: AppFolders
let model: DemoModel
beforeAll(async () => {
  folders = await makeFolders()
  model = await startDemoModel()
})
afterAll(async () => {
  await model.close()
  await removeRun(folders)
})

const told = ['tools', 'agents', 'pictures', 'compacted', 'commands', 'steered', 'models', 'unknown', 'forked', 'rewound', 'interrupted']
const atOnce = 3
const limitMs = 400_000

test(
  'sessions of the real Claude Code read as its own SDK reads them, and cost what it says that they cost',
  { timeout: limitMs },
  async () => {
    const config = path.join(folders.home, '.claude')
    const author: Author = { program: bundledClaude(), env: authorEnv(folders, model.url), folder: folders.work }
    const waiting = told.filter((story) => story in stories)
    const written: WrittenSession[] = []
    const work = async (): Promise<void> => {
      for (let story = waiting.shift(); story !== undefined; story = waiting.shift()) {
        const { sessions, fault } = await tell(story, author, 'bundled')
        expect([story, fault]).toEqual([story, null])
        written.push(...sessions)
      }
    }
    await Promise.all(Array.from({ length: atOnce }, work))
    if (hasTerminal()) written.push(await tellInTerminal(author, folders.home, 'bundled'))
    else process.stderr.write('No program here gives claude a terminal: its `!` commands are not among the sessions.\n')
    vi.stubEnv('CLAUDE_CONFIG_DIR', config)
    const reading = await readHistory(folders, config, written)
    expect(reading.faults).toEqual([])
    expect(reading).toMatchObject({ sessions: written.length, costs: told.length, unknown: 1 })
    expect(reading.messages).toBeGreaterThan(100)
  },
)
