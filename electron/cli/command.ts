import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { toAppError } from '../../shared/app-error.ts'
import { readArguments, usage } from './arguments.ts'
import { surviveClosedOutput } from '../core/survive.ts'
import { serve, type Served } from './serve.ts'

/** `bullpen …`: reads what is wanted, does it, and says in one sentence why not where it cannot. */
async function run(): Promise<void> {
  const command = readArguments(process.argv.slice(2))
  if (command.name === 'help') process.stdout.write(usage)
  else if (command.name === 'version') process.stdout.write(`${await version()}\n`)
  else await serve({ ...command, version: await version(), onReady })
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
  await run()
  process.exitCode = 0
} catch (thrown) {
  process.stderr.write(`bullpen: ${toAppError(thrown).message}\n`)
  process.exitCode = 1
}
