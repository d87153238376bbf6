import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isOlder, locateClaude } from './locate.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bullpen-locate-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** A program named `claude` in a folder of its own. */
async function program(name: string, script: string, mode = 0o755): Promise<string> {
  await mkdir(join(folder, name))
  const path = join(folder, name, 'claude')
  await writeFile(path, `#!/bin/sh\n${script}\n`)
  await chmod(path, mode)
  return path
}

const working = 'echo "2.1.329 (Claude Code)"'
const env = (...names: string[]) => ({ PATH: [...names.map((name) => join(folder, name)), '/usr/bin', '/bin'].join(':'), HOME: folder })

test.skipIf(process.platform === 'win32').for<[string, { script: string; mode?: number }, { code: string; words: string }]>([
  ['may not be executed', { script: working, mode: 0o644 }, { code: 'CLAUDE_NOT_EXECUTABLE', words: 'chmod +x' }],
  ['is too old', { script: 'echo 1.0.128' }, { code: 'CLAUDE_TOO_OLD', words: 'is Claude Code 1.0.128; Bullpen needs' }],
  [
    'exits with an error',
    { script: 'echo "no such library" >&2; exit 3' },
    { code: 'CLAUDE_EXITED', words: '(exit code 3: no such library)' },
  ],
  ['dies', { script: 'kill -9 $$' }, { code: 'CLAUDE_EXITED', words: '(signal SIGKILL)' }],
  ['hangs', { script: 'exec sleep 60' }, { code: 'CLAUDE_EXITED', words: 'within 15 s' }],
  ['says something else', { script: 'echo hello' }, { code: 'CLAUDE_EXITED', words: 'said “hello”' }],
  ['is another program', { script: 'echo frobnicate 9.4.1' }, { code: 'CLAUDE_EXITED', words: 'is not Claude Code' }],
  ['never stops talking', { script: 'exec yes garbage' }, { code: 'CLAUDE_EXITED', words: 'didn’t report its version' }],
])('a chosen program that %s is refused with what to do', async ([, { script, mode }, { code, words }]) => {
  const path = await program('chosen', script, mode)
  await expect(locateClaude(path, env())).rejects.toMatchObject({ code, message: expect.stringContaining(words) as string })
})

test.skipIf(process.platform === 'win32')('one that said nothing is asked again', async () => {
  const seen = join(folder, 'seen')
  const path = await program('quiet', `if [ -e ${seen} ]; then ${working}; fi; touch ${seen}`)
  expect(await locateClaude(path, env())).toMatchObject({ version: '2.1.329' })
  const silent = await program('silent', 'true')
  await expect(locateClaude(silent, env())).rejects.toMatchObject({
    code: 'CLAUDE_EXITED',
    message: expect.stringContaining('nothing') as string,
  })
})

test('a chosen program that is not there is missing, and so is a folder', async () => {
  await expect(locateClaude(join(folder, 'none'), env())).rejects.toMatchObject({ code: 'CLAUDE_MISSING' })
  await expect(locateClaude(folder, env())).rejects.toMatchObject({ code: 'CLAUDE_MISSING' })
})

test.skipIf(process.platform === 'win32')('the first on the path that works is taken', async () => {
  await program('locked', working, 0o644)
  await program('old', 'echo 1.9.9')
  const path = await program('good', working)
  await program('later', 'echo 9.9.9')
  expect(await locateClaude(null, env('missing', 'locked', 'old', 'good', 'later'))).toEqual({ path, version: '2.1.329', source: 'path' })
})

test.skipIf(process.platform === 'win32')(
  'without one on the path the usual places are looked at, also that of the home folder',
  async () => {
    await mkdir(join(folder, '.local'))
    await program('.local/bin', working)
    expect(await locateClaude(null, { PATH: 'relative/bin', HOME: folder })).toMatchObject({ source: 'usual-place' })
  },
)

test.each([
  ['2.0.0', '2.0.0', false],
  ['1.99.99', '2.0.0', true],
  ['2.0.10', '2.0.9', false],
  ['2.1', '2.1.1', true],
  ['10.0.0', '9.9.9', false],
])('%s is older than %s: %s', (version, than, older) => {
  expect(isOlder(version, than)).toBe(older)
})
