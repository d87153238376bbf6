import { fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { z } from 'zod'
import { within } from '../support/until.ts'

/** The demo model in a process of its own, so that its work is not measured as the app's. Close it. */
export async function startModel(): Promise<{ url: string; env: Record<string, string>; close: () => Promise<void> }> {
  const child = fork(path.join(import.meta.dirname, 'model-process.ts'))
  const message: unknown = await within(10_000, 'the demo model', once(child, 'message'))
  const [{ url }] = z
    .tuple([z.object({ url: z.url() })])
    .rest(z.unknown())
    .parse(message)
  const close = async (): Promise<void> => {
    if (child.exitCode !== null) return
    child.kill()
    await once(child, 'exit')
  }
  const env = {
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_API_KEY: 'test',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
  }
  return { url, env, close }
}
