import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { FoundServers } from './found-servers.ts'

const key = 'ghp_abcdefghijklmnopqrstuvwxyz0123456789'
let root: string
let cwd: string
let servers: FoundServers
const put = async (path: string, value: unknown) => {
  await mkdir(join(root, path, '..'), { recursive: true })
  await writeFile(join(root, path), typeof value === 'string' ? value : JSON.stringify(value))
}
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'bullpen-found-'))
  cwd = join(root, 'projects', 'inner')
  await mkdir(cwd, { recursive: true })
  servers = new FoundServers(() => ({ userFile: join(root, '.claude.json'), configFolder: join(root, '.claude') }))
  const command = (name: string) => ({ command: name })
  await put('.claude.json', {
    mcpServers: { mine: command('mine'), same: command('user') },
    projects: {
      [cwd]: {
        mcpServers: { local: { command: 'local', env: { TOKEN: key } } },
        disabledMcpServers: ['mine'],
        disabledMcpjsonServers: ['off'],
      },
    },
  })
  await put('projects/inner/.mcp.json', { mcpServers: { same: command('project'), off: command('off'), bad: { args: [] } } })
  await put('projects/.mcp.json', { mcpServers: { same: command('above') } })
  await put('projects/inner/.claude/settings.local.json', '{ not json')
  await put('.claude/settings.json', { enabledPlugins: { 'tools@market': true, 'other@market': false } })
  await put('.claude/plugins/installed_plugins.json', {
    plugins: { 'tools@market': [{ installPath: join(root, 'plugin') }], 'other@market': [{ installPath: join(root, 'other') }] },
  })
  await put('plugin/.mcp.json', { helper: { command: '${CLAUDE_PLUGIN_ROOT}/run' } })
})
afterAll(() => rm(root, { recursive: true, force: true }))

it('servers are found where Claude Code finds them, with their files, and why one is not used', async () => {
  const { found, faults } = await servers.list(cwd)
  expect(found.map(({ name, scope, state, because }) => [name, scope, state, because?.replace(root, '')])).toEqual([
    ['local', 'local', 'on', undefined],
    ['same', 'project', 'on', undefined],
    ['off', 'project', 'off', '/.claude.json'],
    ['bad', 'project', 'on', undefined],
    ['same', 'project', 'shadowed', '/projects/inner/.mcp.json'],
    ['mine', 'user', 'off', '/.claude.json'],
    ['same', 'user', 'shadowed', '/projects/inner/.mcp.json'],
    ['helper', 'plugin', 'on', undefined],
  ])
  expect(found.find(({ name }) => name === 'bad')).toMatchObject({ config: null, fault: 'command: A “command” or a “url” is missing.' })
  expect(faults).toEqual([
    {
      file: join(cwd, '.claude', 'settings.local.json'),
      message: 'This file is no valid JSON, so its servers are not shown and Claude Code does not use them.',
    },
  ])
})

it('a key is not told, and is there for a copy; a plugin’s folder is filled in', async () => {
  const { found } = await servers.list(cwd)
  expect(JSON.stringify(found)).not.toContain(key)
  expect(found[0]).toMatchObject({ config: { env: { TOKEN: '•••' } }, hidden: ['env.TOKEN'] })
  expect((await servers.one(cwd, { name: 'local', scope: 'local' }))?.config).toMatchObject({ env: { TOKEN: key } })
  expect((await servers.one(cwd, { name: 'helper', scope: 'plugin' }))?.config).toEqual({ command: `${join(root, 'plugin')}/run` })
  expect(await servers.one(cwd, { name: 'same', scope: 'project', file: join(root, 'projects', '.mcp.json') })).toMatchObject({
    config: { command: 'above' },
  })
  expect(await servers.one(cwd, { name: 'nobody', scope: 'user' })).toBeUndefined()
})
