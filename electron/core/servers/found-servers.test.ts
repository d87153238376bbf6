import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { variablesOfServers } from '../claude/mcp-variables.ts'
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
  root = await realpath(await mkdtemp(join(tmpdir(), 'bullpen-found-')))
  cwd = join(root, 'projects', 'inner')
  await mkdir(cwd, { recursive: true })
  servers = new FoundServers(() => ({
    userFile: join(root, '.claude.json'),
    configFolder: join(root, '.claude'),
    managedFile: join(root, 'managed-mcp.json'),
  }))
  const command = (name: string) => ({ command: name })
  await put('.claude.json', {
    mcpServers: { mine: command('mine'), same: command('user') },
    projects: {
      [cwd]: {
        mcpServers: { local: { command: 'local', env: { TOKEN: key } } },
        disabledMcpServers: ['mine', 'plugin:tools:off'],
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
  await put('plugin/.claude-plugin/plugin.json', { name: 'tools', mcpServers: ['./more.json', '../outside.json'] })
  await put('plugin/more.json', `\uFEFF${JSON.stringify({ mcpServers: { mine: command('other'), off: command('off') } })}`)
  await put('outside.json', { mcpServers: { outside: command('outside') } })
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
    ['mine', 'plugin', 'on', undefined],
    ['off', 'plugin', 'off', '/.claude.json'],
  ])
  expect(found.find(({ name }) => name === 'bad')).toMatchObject({ config: null, fault: 'command: A “command” or a “url” is missing.' })
  expect(faults).toEqual([
    {
      file: join(cwd, '.claude', 'settings.local.json'),
      message: 'This file isn’t valid JSON, so its servers are not shown and Claude Code does not use them.',
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

it('in a folder inside a repository, a worktree or behind a link, those of the repository are found', async () => {
  const git = join(root, 'repository')
  await mkdir(join(git, '.git', 'worktrees', 'side'), { recursive: true })
  await writeFile(join(git, '.git', 'HEAD'), 'ref: refs/heads/main\n')
  await writeFile(join(git, '.git', 'worktrees', 'side', 'commondir'), '../..\n')
  await mkdir(join(git, 'inner'))
  await mkdir(join(root, 'side'))
  await writeFile(join(root, 'side', '.git'), `gitdir: ${join(git, '.git', 'worktrees', 'side')}\n`)
  await symlink(join(git, 'inner'), join(root, 'link'))
  const file = join(root, 'other.json')
  await writeFile(file, JSON.stringify({ projects: { [git]: { mcpServers: { mine: { command: 'run', env: { KEY: '${MY_KEY}' } } } } } }))
  const others = new FoundServers(() => ({ userFile: file, configFolder: join(root, 'none'), managedFile: join(root, 'none') }))
  for (const folder of [git, join(git, 'inner'), join(root, 'side'), join(root, 'link')]) {
    expect((await others.list(folder)).found.map(({ name, scope }) => [name, scope])).toEqual([['mine', 'local']])
    expect(await variablesOfServers(folder, file, {})).toEqual([{ name: 'MY_KEY', server: 'mine', optional: false }])
  }
})

it('an administrator’s file is the only one that counts; what is no file is told, not waited for', async () => {
  const folder = join(root, 'piped')
  await mkdir(folder)
  await promisify(execFile)('mkfifo', [join(folder, '.mcp.json')])
  await put('managed.json', { mcpServers: { theirs: { command: 'theirs' } } })
  const managedFile = join(root, 'managed.json')
  const others = new FoundServers(() => ({ userFile: join(root, '.claude.json'), configFolder: join(root, 'none'), managedFile }))
  const { found, faults } = await others.list(folder)
  expect(found.map(({ name, scope, state, because }) => [name, scope, state, because])).toEqual([
    ['theirs', 'managed', 'on', undefined],
    ['mine', 'user', 'off', managedFile],
    ['same', 'user', 'off', managedFile],
  ])
  expect(faults).toEqual([{ file: join(folder, '.mcp.json'), message: 'This is not a file, so no servers are read from it.' }])
  expect(await variablesOfServers(folder, join(root, 'none'), {})).toEqual([])
})
