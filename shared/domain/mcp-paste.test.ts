import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseJsonc } from './jsonc.ts'
import { looksLikeSecret } from './likely-secret.ts'
import { readPastedServers } from './mcp-paste.ts'

const read = (value: unknown) => readPastedServers(typeof value === 'string' ? value : JSON.stringify(value))
const github = { command: 'npx', args: ['-y', 'server-github'], env: { GITHUB_TOKEN: '${GITHUB_TOKEN}' } }
const taken = { command: 'npx', args: ['-y', 'server-github'], env: { GITHUB_TOKEN: '${env:GITHUB_TOKEN}' } }

test.each([
  ['Claude Code and Claude Desktop', { mcpServers: { github } }],
  ['settings with other things in them', { theme: 'dark', mcpServers: { github } }],
  ['VS Code', { servers: { github: { type: 'stdio', ...github } } }],
  ['VS Code settings', { mcp: { servers: { github } } }],
  ['servers by name', { github }],
  ['a piece of a file', `"github": ${JSON.stringify(github)},`],
  ['add-json', `claude mcp add-json github '${JSON.stringify(github)}'`],
  ['add-json with flags and a prompt sign', `$ claude mcp add-json -s user github '${JSON.stringify(github)}'`],
  ['add', "claude mcp add github -e GITHUB_TOKEN='${GITHUB_TOKEN}' -- npx -y server-github"],
  ['add over several lines', 'claude mcp add --scope user \\\n  --env "GITHUB_TOKEN=${GITHUB_TOKEN}" github npx -y server-github'],
])('%s', (_name, value) => {
  const { servers, faults } = read(value)
  expect(faults).toEqual([])
  expect(servers).toMatchObject([{ name: 'github', config: taken }])
  expect(servers[0]?.notes).toContain('${GITHUB_TOKEN} became ${env:GITHUB_TOKEN}.')
})

test.each(['0000-00-00T00:00:00Z', '01', '-', '1.', '[007]'])('%s is no JSON, and that is said', (text) => {
  const { servers, faults } = read(text)
  expect(servers).toEqual([])
  expect(faults[0]?.place).toMatch(/^line 1/)
})

test('one server without its name, and addresses in the words of other programs', () => {
  expect(read(github).servers).toMatchObject([{ name: null, config: taken }])
  const remote = read({
    a: { serverUrl: 'https://x.test/mcp' },
    b: { url: 'https://x.test/sse' },
    c: { type: 'streamable-http', url: 'https://x.test' },
  })
  expect(remote.servers.map(({ config }) => 'url' in config && config.type)).toEqual(['http', 'sse', 'http'])
  expect(read('claude mcp add -t http linear https://mcp.linear.app/mcp --header "X-Team: a"').servers[0]?.config).toEqual({
    type: 'http',
    url: 'https://mcp.linear.app/mcp',
    headers: { 'X-Team': 'a' },
  })
})

test('comments, commas at the end, and what VS Code asks for', () => {
  const text = `{
    // mine
    "inputs": [{ "id": "api key", "type": "promptString", "password": true, "description": "From the site" },],
    "servers": { "x y": { "command": "x", "env": { "KEY": "\${input:api-key}" } }, /* over */ },
  }`
  const { servers } = read(text.replace('"api key"', '"api-key"'))
  expect(servers).toMatchObject([{ name: 'x-y', config: { env: { KEY: '${secret:api-key}' } }, secrets: [] }])
  expect(servers[0]?.notes).toContain('The secret api-key has to be set: From the site')
})

test.each([
  ['{"mcpServers": {"a": {"command": "x", "args": ["-y", 3]}}}', 'mcpServers.a.args[1]', 'Expected text in quotes, found a number.'],
  ['{"mcpServers": {"a": {"command": "x", "env": {"N": 1}}}}', 'mcpServers.a.env.N', 'Expected text in quotes, found a number.'],
  ['{"mcpServers": {"a": {"args": []}}}', 'mcpServers.a', 'A “command” or a “url” is missing.'],
  ['{"mcpServers": {"a": {"type": "ws", "url": "x"}}}', 'mcpServers.a.type', '“ws” is not a server type. Use stdio, http or sse.'],
  [
    '{"mcpServers": {"a": {"type": "http", "url": "x.test"}}}',
    'mcpServers.a.url',
    'Enter a full address, starting with https:// or http://.',
  ],
  ['{"mcpServers": []}', 'mcpServers', 'Expected servers by name in braces, found a list.'],
  ['{"mcpServers": {}}', 'mcpServers', 'No server was found in it.'],
  ["{'mcpServers': {}}", 'line 1, column 2', 'A name in double quotes is expected.'],
  ['{"mcpServers": {\n  "a": {"command": "x"\n}', 'line 3, column 2', 'The text ends before the } that closes line 1, column 16.'],
  ['{"a": {"command": "C:\\x"}}', 'line 1, column 22', '\\x is not a JSON escape. Write \\\\ for a backslash.'],
  ['claude mcp add-json a \'{"command"', 'line 1, column 34', 'A quote in this command is not closed.'],
  ['', 'line 1, column 1', 'Paste the configuration of a server.'],
])('%j is wrong at its place', (text, place, message) => {
  expect(read(text)).toEqual({ servers: [], faults: [{ place, message }] })
})

test('what is right beside a fault is read', () => {
  const { servers, faults } = read({ mcpServers: { bad: {}, good: { command: 'x' } } })
  expect([servers.map(({ name }) => name), faults.map(({ place }) => place)]).toEqual([['good'], ['mcpServers.bad']])
})

test('keys in clear are found where they stand, references and plain values are none', () => {
  const key = 'sk-ant-abcdefghijklmnop1234'
  const { servers } = read({
    a: { command: 'x', args: [`--api-key=${key}`, '--depth=3'], env: { LOG: 'debug', API_KEY: key, HOME_DIR: '/home/ada', MODE: 'token' } },
    linear: { type: 'http', url: `https://x.test/mcp?apiKey=${key}`, headers: { Authorization: `Bearer ${key}`, Accept: 'text/plain' } },
  })
  expect(servers.map(({ secrets }) => secrets.map(({ place, suggested }) => `${place} ${suggested}`))).toEqual([
    ['env.API_KEY A_API_KEY', 'args.0 A_KEY'],
    ['headers.Authorization LINEAR_AUTHORIZATION', 'url LINEAR_KEY'],
  ])
  expect(looksLikeSecret('TOKEN', '${secret:TOKEN}')).toBe(false)
  expect(looksLikeSecret('AUTHOR', 'Ada Lovelace')).toBe(false)
  expect(looksLikeSecret('KEY_FILE', '/etc/key.pem')).toBe(false)
  expect(looksLikeSecret('DB', 'postgres://ada:hunter22@db.test/x')).toBe(true)
})

test('whatever is pasted is answered, and JSON is read as JSON', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      const { servers, faults } = readPastedServers(text)
      expect(servers.length + faults.length).toBeGreaterThan(0)
    }),
  )
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value)
      expect(JSON.stringify(parseJsonc(text))).toBe(JSON.stringify(JSON.parse(text)))
    }),
  )
})

test.each([
  [
    'a command as a list, as OpenCode has it',
    { mcp: { github: { type: 'local', command: ['npx', '-y', 'server-github'], environment: github.env } } },
  ],
  [
    'a command in braces, as Zed has it',
    { context_servers: { github: { source: 'custom', command: { path: 'npx', args: github.args, env: github.env } } } },
  ],
  ['from a page, with its fence', `\`\`\`json\n${JSON.stringify({ github })}\n\`\`\``],
  ['with a byte order mark', `\uFEFF${JSON.stringify({ mcpServers: { github } })}`],
  ['by npx', "npx -y @anthropic-ai/claude-code@latest mcp add github -e GITHUB_TOKEN='${GITHUB_TOKEN}' -- npx -y server-github"],
])('%s', (_name, value) => {
  const { servers, faults } = read(value)
  expect(faults).toEqual([])
  expect(servers).toMatchObject([{ name: 'github', config: taken }])
})

test('names that become the same are told apart; several commands are several servers', () => {
  expect(
    read({ 'my server': { command: 'a' }, 'my-server': { command: 'b' }, 'My.Server': { command: 'c' } }).servers.map(({ name }) => name),
  ).toEqual(['my-server', 'my-server-2', 'My-Server-3'])
  const lines =
    'claude mcp add one -- npx one\n\n$ claude mcp add -t http two https://two.test/mcp \\\n  --client-id abc --callback-port 8080\n'
  expect(read(lines)).toMatchObject({
    servers: [
      { name: 'one', config: { command: 'npx', args: ['one'] } },
      { name: 'two', config: { type: 'http', url: 'https://two.test/mcp' } },
    ],
    faults: [],
  })
})

test('what Claude Code knows and is not kept is told; a large text is read in a moment', () => {
  const { servers } = read({
    a: { type: 'http', url: 'https://x.test/mcp', headersHelper: './token', oauth: { clientId: 'x' }, disabled: true },
  })
  expect(servers[0]?.notes).toEqual(['Left out, because Bullpen doesn’t use it: headersHelper, oauth, disabled.'])
  const large = Object.fromEntries(
    Array.from({ length: 30_000 }, (_none, place) => [`server ${place}`, { command: 'x', env: { A: 'y'.repeat(120) } }]),
  )
  const before = process.cpuUsage()
  expect(read({ mcpServers: large }).servers).toHaveLength(100)
  expect(read(`{"a": {"command": "${'x'.repeat(5_000_000)}"}}`).servers).toHaveLength(1)
  expect(process.cpuUsage(before).user / 1_000).toBeLessThan(4_000)
})
