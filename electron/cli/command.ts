import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { nodeFlags } from '../../bin/node-flags.js'
import { toAppError } from '../../shared/app-error.ts'
import { readArguments, usage } from './arguments.ts'
import { surviveClosedOutput } from '../core/survive.ts'
import { dataFolderPath } from '../core/storage/data-folder.ts'
import { runRuns } from './runs.ts'
import { serve, type Served } from './serve.ts'
import { runService } from './service/service.ts'

/** `bullpen …`: reads what is wanted, does it, and says in one sentence why not where it cannot. */
async function run(): Promise<number> {
  const command = readArguments(process.argv.slice(2))
  if (command.name === 'help') process.stdout.write(usage)
  else if (command.name === 'version') process.stdout.write(`${await version()}\n`)
  else if (command.name === 'service') {
    return runService({ ...command, home: homeOf(command) }, machine)
  } else if (command.name === 'runs') {
    return runRuns({ ...command, home: homeOf(command) }, machine.say)
  } else await serve({ ...command, version: await version(), onReady })
  return 0
}

function homeOf({ home }: { home: string | null }): string {
  return home === null ? dataFolderPath(process.env) : resolve(home)
}

const machine = {
  platform: process.platform,
  env: process.env,
  userHome: homedir(),
  uid: process.getuid?.() ?? 0,
  program: [process.execPath, ...nodeFlags, fileURLToPath(new URL('../../bin/bullpen.js', import.meta.url))],
  say: (line: string): void => void process.stdout.write(`${line}\n`),
}

function onReady({ url, token }: Served): void {
  process.stdout.write(`${JSON.stringify({ url, token, pid: process.pid })}\n`)
}

async function version(): Promise<string> {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8')
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version
}

surviveClosedOutput()
try {
  process.exitCode = await run()
} catch (thrown) {
  process.stderr.write(`bullpen: ${toAppError(thrown).message}\n`)
  process.exitCode = 1
}
