import { execFile } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { startDemoModel } from '../../electron/demo/demo-model.ts'
import { makeFolders, removeRun, type AppFolders } from '../support/app.ts'
import { authorEnv, stories, tell, type Author, type WrittenSession } from '../support/claude-stories.ts'
import { readHistory, type Reading } from '../support/history-reading.ts'
import type { Bench, Figure } from './figure.ts'
import { bundledClaude } from './raw-claude.ts'

/** Versions of Claude Code whose transcripts differ from each other; `bundled` is the one that the SDK brings. */
const versions = (process.env['BENCH_VERSIONS'] ?? 'bundled,1.0.117,2.0.14,2.0.77,2.1.39,2.1.178,2.1.219').split(',')
const run = promisify(execFile)

/**
 * Sessions that Claude Code itself writes, of several of its versions, as we read them and as its own SDK does, and what they cost beside
 * what it says. Other versions than the bundled one are installed from npm into a folder of this run.
 */
export const history: Bench = async (note) => {
  const figures: Figure[] = []
  for (const version of versions) figures.push(await figureOf(version, note))
  return figures
}

async function figureOf(version: string, note: (text: string) => void): Promise<Figure> {
  const folders = await makeFolders()
  const model = await startDemoModel()
  try {
    const program = version === 'bundled' ? bundledClaude() : await install(version, folders)
    const author = { program, env: authorEnv(folders, model.url), folder: folders.work }
    const written = await writeAll(author, version, note)
    const config = path.join(folders.home, '.claude')
    process.env['CLAUDE_CONFIG_DIR'] = config
    const reading = await readHistory(folders, config, written)
    for (const fault of reading.faults) note(`${version}: ${fault}`)
    return figure(version, reading)
  } finally {
    delete process.env['CLAUDE_CONFIG_DIR']
    await model.close()
    await removeRun(folders)
  }
}

function figure(version: string, { sessions, messages, costs, unknown, faults }: Reading): Figure {
  return {
    name: `history of Claude Code ${version}`,
    measured: `${messages} messages of ${sessions} sessions, ${costs} costs (${unknown} unknown), ${faults.length} differ`,
    wanted: '0 differ',
    ok: faults.length === 0,
    grave: faults.length > 0,
  }
}

/** What a version does not know how to do costs only that story. */
async function writeAll(author: Author, version: string, note: (text: string) => void): Promise<WrittenSession[]> {
  const written: WrittenSession[] = []
  for (const story of Object.keys(stories)) {
    const { sessions, fault } = await tell(story, author, version)
    if (fault !== null) note(`${version} does not tell ${story}: ${fault.slice(0, 120)}`)
    written.push(...sessions)
  }
  return written
}

async function install(version: string, { root }: AppFolders): Promise<string> {
  const folder = path.join(root, 'claude')
  await mkdir(folder)
  await writeFile(path.join(folder, 'package.json'), '{"private":true}')
  const name = `@anthropic-ai/claude-code@${version}`
  await run('npm', ['install', '--no-audit', '--no-fund', '--save-exact', name], { cwd: folder })
  await rm(path.join(folder, 'package-lock.json'), { force: true })
  return path.join(folder, 'node_modules', '.bin', 'claude')
}
