import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Environments, type Place } from './environments.ts'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'bullpen-env-'))
  await mkdir(join(home, 'work', 'inner'), { recursive: true })
})
afterEach(() => rm(home, { recursive: true, force: true }))

const server = (text: string) => JSON.stringify({ mcpServers: { gh: { command: 'gh-mcp', env: { TOKEN: text } } } })

async function environmentIn(folder: string, env: Record<string, string>, change: Partial<Place> = {}, demo = false) {
  const environments = new Environments({
    env: { PATH: '/opt/tools', HOME: home, SHLVL: '1', ...env },
    pass: () => [],
    demo: () => (demo ? { baseUrl: 'http://127.0.0.1:1', home } : null),
  })
  return environments.of({ own: {}, cwd: join(home, folder), mcpServers: {}, ...change }, 'marker')
}

test('what a .mcp.json names is passed, also that of a folder above, and the rest is not', async () => {
  await writeFile(join(home, 'work', '.mcp.json'), server('${SECRET_TOKEN}'))
  const { env, missing } = await environmentIn('work/inner', { SECRET_TOKEN: 'x', OTHER_SECRET: 'y' })
  expect(env).toMatchObject({ SECRET_TOKEN: 'x' })
  expect(env).not.toHaveProperty('OTHER_SECRET')
  expect(missing).toEqual([])
})

test("what the user's own servers and those of the instance name is passed", async () => {
  const user = {
    mcpServers: { a: { url: 'https://${FOR_ALL}/' } },
    projects: { [join(home, 'work')]: { mcpServers: { b: { command: '${FOR_ONE}' } } } },
  }
  await writeFile(join(home, '.claude.json'), JSON.stringify(user))
  const mcpServers = { c: { command: 'x', args: ['${FOR_THIS}'] } }
  const { env } = await environmentIn('work', { FOR_ALL: '1', FOR_ONE: '2', FOR_THIS: '3' }, { mcpServers })
  expect(env).toMatchObject({ FOR_ALL: '1', FOR_ONE: '2', FOR_THIS: '3' })
})

test('what is missing is named with the server that asks for it, unless it has a default', async () => {
  await writeFile(join(home, 'work', '.mcp.json'), server('${NOT_SET} ${WITH_DEFAULT:-x} ${BULLPEN_TOKEN} ${CLAUDE_PLUGIN_ROOT} ${PWD}'))
  const { env, missing } = await environmentIn('work', { BULLPEN_TOKEN: 'ours', PWD: '/elsewhere' })
  expect(env).not.toHaveProperty('BULLPEN_TOKEN')
  expect(env).not.toHaveProperty('PWD')
  expect(missing.map(({ text }) => text)).toEqual([
    expect.stringMatching(/^NOT_SET is not set; the MCP server gh asks for it/),
    expect.stringMatching(/^BULLPEN_TOKEN is Bullpen's own/),
  ])
  const own = await environmentIn('work', {}, { own: { NOT_SET: 'now' } })
  expect(own.missing.map(({ text }) => text)).toEqual([expect.stringMatching(/^BULLPEN_TOKEN/)])
})

test.each(['', '{', '[]', '{"mcpServers": 3}', '{"mcpServers": {"a": null}}'])('a .mcp.json of %j names nothing', async (text) => {
  await writeFile(join(home, 'work', '.mcp.json'), text)
  expect((await environmentIn('work', {})).missing).toEqual([])
})
