import { expect, test } from 'vitest'
import { sampleConversation, sampleInstance } from '../../../e2e/support/samples.ts'
import { sdkOptions } from '../claude/launch-options.ts'
import { launchConfigOf } from './launch-config.ts'

const { permissionMode: _mode, ...config } = sampleInstance({ cwd: '/srv' })

test('without a permission mode Claude Code’s own settings decide; a conversation’s own mode counts all the same', () => {
  expect(optionsOf(launchConfigOf(config, null))).not.toHaveProperty('permissionMode')
  const conversation = sampleConversation({ permissionMode: 'plan' })
  expect(optionsOf(launchConfigOf(config, conversation))).toMatchObject({ permissionMode: 'plan' })
  expect(optionsOf(launchConfigOf({ ...config, permissionMode: 'default' }, null))).toMatchObject({ permissionMode: 'default' })
})

function optionsOf(launch: ReturnType<typeof launchConfigOf>): object {
  const refuse = () => {
    throw new Error('Nothing is started here.')
  }
  return sdkOptions({
    config: launch,
    claude: { path: 'claude', version: '2.1.329', source: 'bundled' },
    env: {},
    onPermission: refuse,
    spawn: refuse,
  })
}
