import { delimiter, join } from 'node:path'
import { expect, test } from 'vitest'
import { childEnvironment, heldBack } from './environment.ts'

const demo = { baseUrl: 'http://127.0.0.1:4000', home: '/demo/home' }
const environment = (env: NodeJS.ProcessEnv, options: { own?: Record<string, string>; demo?: typeof demo } = {}) =>
  childEnvironment({ env, own: options.own ?? {}, demo: options.demo ?? null, marker: 'marker-1' })

test('only what a claude needs is inherited', () => {
  const env = environment({
    PATH: '/usr/bin',
    HOME: '/home/ada',
    LC_ALL: 'C.UTF-8',
    ANTHROPIC_API_KEY: 'key',
    CLAUDE_CONFIG_DIR: '/home/ada/claude',
    https_proxy: 'http://proxy:3128',
    BULLPEN_HOME: '/data',
    BULLPEN_TOKEN: 'secret',
    npm_config_registry: 'http://registry',
    npm_lifecycle_event: 'start',
    npm_package_name: 'bullpen',
    NODE_OPTIONS: '--inspect',
    NODE_ENV: 'test',
    NODE_COMPILE_CACHE: '/somewhere',
    ELECTRON_RUN_AS_NODE: '1',
    NPM_TOKEN: 'secret',
    BASH_ENV: '/home/ada/.functions',
    CLAUDECODE: '1',
    CLAUDE_CODE_SESSION_ID: 'another',
    EMPTY: undefined,
  })
  expect(env).toEqual({
    PATH: '/usr/bin',
    HOME: '/home/ada',
    LC_ALL: 'C.UTF-8',
    ANTHROPIC_API_KEY: 'key',
    CLAUDE_CONFIG_DIR: '/home/ada/claude',
    https_proxy: 'http://proxy:3128',
    BULLPEN_PROCESS: 'marker-1',
  })
})

test('the folders that npm puts before the path stay with us, those of the user do not', () => {
  const path = [join('/app', 'node_modules', '.bin'), join('/npm', 'node-gyp-bin'), '/usr/bin'].join(delimiter)
  expect(environment({ PATH: path, npm_lifecycle_event: 'start' })['PATH']).toBe('/usr/bin')
  expect(environment({ PATH: path })['PATH']).toBe(path)
})

test('what the user set for the instance wins and may have any name, but cannot take the marker away', () => {
  const own = { HOME: '/other', GITHUB_TOKEN: 'mine', ANTHROPIC_MODEL: 'opus', BULLPEN_PROCESS: 'none' }
  expect(environment({ HOME: '/home/ada', PATH: '/usr/bin' }, { own })).toEqual({
    ...own,
    PATH: '/usr/bin',
    BULLPEN_PROCESS: 'marker-1',
  })
})

test('with the demo model neither the account of the user nor that of the instance is reached', () => {
  const account = {
    ANTHROPIC_AUTH_TOKEN: 'token',
    anthropic_model: 'opus',
    CLAUDE_CODE_USE_BEDROCK: '1',
    CLAUDE_CONFIG_DIR: '/home/ada/claude',
    AWS_PROFILE: 'work',
    GOOGLE_APPLICATION_CREDENTIALS: '/key.json',
    AZURE_TENANT_ID: 'tenant',
    HOME: '/home/ada',
    ANTHROPIC_BASE_URL: 'https://api.example',
  }
  const expected = {
    PATH: '/usr/bin',
    HOME: demo.home,
    USERPROFILE: demo.home,
    ANTHROPIC_BASE_URL: demo.baseUrl,
    ANTHROPIC_API_KEY: 'demo',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
    CLAUDE_CODE_ENABLE_TODO_TOOLS: '1',
    BULLPEN_PROCESS: 'marker-1',
  }
  expect(environment({ ...account, PATH: '/usr/bin' }, { demo })).toEqual(expected)
  expect(environment({ PATH: '/usr/bin' }, { demo, own: { ...account, COLOUR: 'red' } })).toEqual({ ...expected, COLOUR: 'red' })
})

test('in the place of an account with a plan the demo model answers another one with a plan, which has limits', () => {
  const token = { CLAUDE_CODE_OAUTH_TOKEN: 'sk-ant-oat01-of-the-user' }
  for (const env of [environment(token, { demo }), environment({}, { demo, own: token })]) {
    expect(env['CLAUDE_CODE_OAUTH_TOKEN']).toBe('demo')
    expect(env).not.toHaveProperty('ANTHROPIC_API_KEY')
  }
  expect(environment(token, { demo, own: { CLAUDE_CODE_OAUTH_TOKEN: '' } })['ANTHROPIC_API_KEY']).toBe('demo')
})

test('the demo model is asked directly, whatever proxy there is', () => {
  const proxies = { HTTP_PROXY: 'http://proxy:1', https_proxy: 'http://proxy:1', ALL_PROXY: 'socks5://proxy:1' }
  for (const env of [environment(proxies, { demo }), environment({}, { demo, own: proxies })])
    expect(Object.keys(env).filter((name) => name.toUpperCase().endsWith('_PROXY'))).toEqual([])
})

test.each(
  [
    ['BASH_MAX_TIMEOUT_MS', 'MAX_MCP_OUTPUT_TOKENS', 'DISABLE_AUTO_COMPACT', 'MCP_TIMEOUT', 'OTEL_EXPORTER_OTLP_ENDPOINT'],
    [
      'BUN_JSC_useDFGJIT',
      'CLAUDE_CODE_USE_VERTEX',
      'ENABLE_TOOL_SEARCH',
      'KUBECONFIG',
      'DOCKER_HOST',
      'GIT_SSH_COMMAND',
      'SSH_AUTH_SOCK',
      'GITHUB_TOKEN',
    ],
  ].flat(),
)('%s reaches Claude', (name) => {
  expect(environment({ [name]: 'x' })[name]).toBe('x')
})

test('what is let through reaches it by name or by its beginning, and Bullpen keeps what is its own', () => {
  const env = { NPM_TOKEN: 'a', TF_VAR_region: 'b', OTHER: 'c', BULLPEN_TOKEN: 'd', npm_config_registry: 'e', UNSET: undefined }
  const passed = (...pass: string[]) => Object.keys(childEnvironment({ env, own: {}, demo: null, marker: 'm', pass })).toSorted()
  expect(passed('NPM_TOKEN', 'TF_VAR_*', 'BULLPEN_TOKEN')).toEqual(['BULLPEN_PROCESS', 'NPM_TOKEN', 'TF_VAR_region'])
  expect(passed('*')).toEqual(['BULLPEN_PROCESS', 'NPM_TOKEN', 'OTHER', 'TF_VAR_region'])
  expect(passed('BULLPEN_*')).toEqual(['BULLPEN_PROCESS'])
  expect(heldBack(env, ['TF_*'])).toEqual(['NPM_TOKEN', 'OTHER'])
})

test.each<Record<string, string>>([{ A: 'x\0y' }, { 'A\0': 'x' }, { 'A=B': 'x' }, { '': 'x' }])('%j is refused with words', (own) => {
  expect(() => environment({}, { own })).toThrow(/can’t be passed to Claude/)
})
