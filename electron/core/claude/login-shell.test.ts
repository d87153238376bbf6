import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { lacksProfile, withProfile } from './login-shell.ts'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'bullpen-shell-'))
})
afterEach(() => rm(home, { recursive: true, force: true }))

test.each<[NodeJS.ProcessEnv, NodeJS.Platform, boolean]>([
  [{ PATH: '/usr/bin:/bin:/usr/sbin:/sbin' }, 'darwin', true],
  [{ PATH: '/usr/bin:/bin:/opt/homebrew/bin' }, 'darwin', false],
  [{ PATH: '/usr/bin:/bin', TERM: 'xterm' }, 'darwin', false],
  [{ PATH: '/usr/local/bin:/usr/bin', SHLVL: '1' }, 'linux', false],
  [{ PATH: 'C:\\Windows' }, 'win32', false],
])('an environment %j on %s was made without a profile: %s', (env, platform, expected) => {
  expect(lacksProfile(env, platform)).toBe(expected)
})

describe.skipIf(process.platform === 'win32')('the login shell', () => {
  test('adds its PATH and what is not there yet, and nothing of where things lie', async () => {
    const words = 'echo hello\nexport PATH="/opt/mine/bin:$PATH" KUBECONFIG=/k ANTHROPIC_MODEL=other CLAUDE_CONFIG_DIR=/away\n'
    await writeFile(join(home, '.bash_profile'), words)
    const env = { PATH: '/usr/bin:/bin', HOME: home, SHELL: '/bin/bash', ANTHROPIC_MODEL: 'opus' }
    const found = await withProfile(env, 20_000)
    expect(found['PATH']?.split(':')[0]).toBe('/opt/mine/bin')
    expect(found['PATH']?.split(':')).toContain('/usr/bin')
    expect(found).toMatchObject({ KUBECONFIG: '/k', ANTHROPIC_MODEL: 'opus', HOME: home })
    expect(found).not.toHaveProperty('CLAUDE_CONFIG_DIR')
    expect(found).not.toHaveProperty('TERM')
  })

  test('that hangs, fails, is missing or is none that we know leaves the environment as it is', async () => {
    const hanging = join(home, 'zsh')
    await writeFile(hanging, '#!/bin/sh\nsleep 60\n')
    const failing = join(home, 'bash')
    await writeFile(failing, '#!/bin/sh\nexit 3\n')
    for (const file of [hanging, failing]) await chmod(file, 0o700)
    for (const shell of [hanging, failing, '/no/such/bash', '/usr/bin/nologin']) {
      const env = { PATH: '/usr/bin:/bin', HOME: home, SHELL: shell }
      expect(await withProfile(env, 200)).toEqual(env)
    }
  })
})
