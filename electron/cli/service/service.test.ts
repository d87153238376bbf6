import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { acquireDataFolder } from '../../core/storage/data-folder.ts'
import { runService, type ServiceCommand, type ServiceMachine } from './service.ts'
import { taskText } from './windows-task.ts'

let root = ''
let said: string[] = []

beforeEach(async () => {
  said = []
  root = await mkdtemp(path.join(tmpdir(), 'bullpen service '))
  await mkdir(path.join(root, 'bin'))
})
afterEach(() => rm(root, { recursive: true }))

/** A program of the system's that writes down how it was called, and ends as the file `<name>.exit` says. */
async function program(name: string, output = ''): Promise<void> {
  const file = path.join(root, 'bin', name)
  await writeFile(
    file,
    `#!/bin/sh\necho "${name} $*" >> "${root}/calls"\nprintf '%s' '${output}'\nexit $(cat "${file}.exit" 2>/dev/null || echo 0)\n`,
  )
  await chmod(file, 0o755)
}

const exits = (name: string, code: number) => writeFile(path.join(root, 'bin', `${name}.exit`), String(code))
const calls = () => readFile(path.join(root, 'calls'), 'utf8').then((text) => text.trim().split('\n'))

const home = () => path.join(root, 'data 100% $HOME')
const command = (action: ServiceCommand['action'], more: Partial<ServiceCommand> = {}): ServiceCommand => ({
  action,
  home: home(),
  demo: false,
  port: 0,
  lines: 50,
  json: false,
  ...more,
})

const machine = (platform: NodeJS.Platform): ServiceMachine => ({
  platform,
  env: { PATH: `${root}/bin:/usr/bin:/bin` },
  userHome: root,
  uid: 501,
  program: ['/opt/node', '/opt/a "b"/bullpen.js'],
  say: (line) => said.push(line),
})

test('systemd: the unit is written, starts now and at each sign-in, and goes again', async () => {
  await program('systemctl')
  await program('loginctl')
  expect(await runService(command('install', { demo: true, port: 8123 }), machine('linux'))).toBe(0)
  const unit = await readFile(path.join(root, '.config', 'systemd', 'user', 'bullpen.service'), 'utf8')
  expect(unit).toContain(
    `ExecStart="/opt/node" "/opt/a \\"b\\"/bullpen.js" "serve" "--home" "${root}/data 100%% $$HOME" "--port" "8123" "--demo"\n`,
  )
  expect(unit).toContain(`Environment="PATH=${root}/bin:/usr/bin:/bin"\n`)
  expect(unit).toContain('StandardOutput=null\n')
  expect(await calls()).toEqual([
    'systemctl --user daemon-reload',
    'systemctl --user enable bullpen.service',
    'systemctl --user restart bullpen.service',
    'loginctl enable-linger',
  ])
  expect(said.join('\n')).not.toContain('sign out')

  expect(await runService(command('uninstall'), machine('linux'))).toBe(0)
  expect(await calls()).toContain('systemctl --user disable --now bullpen.service')
  expect(await runService(command('uninstall'), machine('linux'))).toBe(0)
  expect(said.at(-1)).toBe('The service isn’t installed.')

  await runService(command('install'), machine('linux'))
  await exits('systemctl', 1)
  expect(await runService(command('uninstall'), machine('linux'))).toBe(0)
  expect(said.at(-1)).toContain('Removed')
  await exits('systemctl', 0)
  expect(await runService(command('status'), machine('linux'))).toBe(3)
  expect(said).toContain('Service    not installed')
})

test('what the system refuses is said in its words, and where it ends at the sign-out is said too', async () => {
  await program('systemctl', 'Failed to connect to bus')
  await exits('systemctl', 1)
  await expect(runService(command('install'), machine('linux'))).rejects.toThrow('Failed to connect to bus')
  expect(await runService(command('status'), machine('linux'))).toBe(3)
  expect(said).toContain('Service    not installed')
  await exits('systemctl', 0)
  await program('loginctl')
  await exits('loginctl', 1)
  await runService(command('install'), machine('linux'))
  expect(said.join('\n')).toContain('It ends when you sign out.')
  await rm(path.join(root, 'bin', 'systemctl'))
  const bare = { ...machine('linux'), env: { PATH: path.join(root, 'bin') } }
  await expect(runService(command('install'), bare)).rejects.toThrow('systemctl was not found')
  await expect(runService(command('install'), machine('aix'))).rejects.toThrow('bullpen serve')
})

test('launchd: an agent that was loaded before is taken out first', async () => {
  await program('launchctl', '\tstate = running\n')
  await runService(command('install'), machine('darwin'))
  const file = path.join(root, 'Library', 'LaunchAgents', 'dev.bullpen.service.plist')
  const agent = await readFile(file, 'utf8')
  expect(agent).toContain('<string>/opt/a &quot;b&quot;/bullpen.js</string>')
  expect(agent).toContain(`<string>${root}/data 100% $HOME</string>`)
  expect(await calls()).toEqual(['launchctl bootout gui/501/dev.bullpen.service', `launchctl bootstrap gui/501 ${file}`])
  expect(await runService(command('status', { json: true }), machine('darwin'))).toBe(0)
  expect(JSON.parse(said.at(-1) ?? '')).toEqual({ installed: true, running: true, pid: null, url: null, home: home() })
})

test('Windows: a task begins at the sign-in, and its arguments stay apart', async () => {
  await program('schtasks', '"\\Bullpen","N/A","Running"\n')
  await runService(command('install'), machine('win32'))
  const task = await readFile(path.join(home(), 'bullpen-task.xml'), 'utf16le')
  expect(task.charCodeAt(0)).toBe(0xfeff)
  expect(task).toContain('<LogonTrigger>')
  expect((await calls())[1]).toBe('schtasks /Run /TN Bullpen')
  expect(await runService(command('status'), machine('win32'))).toBe(0)
  const quoted = taskText({ command: ['C:\\a b\\node.exe', 'C:\\x\\', 'say "hi"', 'C:\\a b\\'], home: 'C:\\d', env: {}, logFile: '' })
  expect(quoted).toContain('--headless &quot;C:\\a b\\node.exe&quot; C:\\x\\ &quot;say \\&quot;hi\\&quot;&quot; &quot;C:\\a b\\\\&quot;')
  await exits('schtasks', 1)
  expect(await runService(command('status'), machine('win32'))).toBe(3)
  expect(said).toContain('Service    not installed')
})

test('who has the data folder is said, and the logs are shown from their end', async () => {
  await program('systemctl')
  await program('loginctl')
  await runService(command('install'), machine('linux'))
  const lock = await acquireDataFolder(home())
  await lock.announce('http://127.0.0.1:4000')
  await exits('systemctl', 3)
  expect(await runService(command('status'), machine('linux'))).toBe(3)
  expect(said).toContain(`Bullpen    process ${process.pid}, http://127.0.0.1:4000`)
  await mkdir(path.join(home(), 'logs'), { recursive: true })
  await writeFile(path.join(home(), 'logs', 'bullpen.log'), 'one\ntwo\nthree\n')
  said = []
  expect(await runService(command('logs', { lines: 2 }), machine('linux'))).toBe(0)
  expect(said).toEqual(['two', 'three'])
  await lock.release()
})
