import { spawn } from 'node:child_process'
import { chmod, mkdir, readdir, readFile, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { healthSchema, type Health } from '../../shared/domain/health.ts'
import { Api } from '../../e2e/support/api.ts'
import { App, appEnv, makeFolders, removeRun, type AppFolders } from '../../e2e/support/app.ts'
import { SmallDisk } from '../../e2e/support/full-disk.ts'
import { patienceMs, until, within } from '../../e2e/support/until.ts'

let app: App | null = null
let disk: SmallDisk | null = null
afterEach(async () => {
  await app?.dispose()
  app = null
  await disk?.unmount()
  disk = null
})

async function healthOf(api: Api): Promise<Health> {
  return healthSchema.parse((await api.raw('GET', '/health')).body)
}

test.each([
  ['empty', '', 'damaged'],
  ['cut', '{"version":1,"inst', 'damaged'],
  ['of a newer version', '{"version":2,"instances":[]}', 'newer'],
])('a file of instances that is %s is put aside, kept and said; the app lives', async (_, content, kind) => {
  const folders = await makeFolders()
  await writeFile(path.join(folders.data, 'instances.json'), content)
  app = await App.start({ folders })
  const { problems } = await healthOf(app.api)
  const kept = problems[0]?.path ?? ''
  expect(problems).toMatchObject([{ dismissible: true }])
  expect(problems[0]?.message).toContain(kept)
  expect(path.basename(kept)).toContain(`instances.json.${kind}-`)
  expect((await app.api.raw('POST', '/instances', { name: 'One', cwd: folders.work })).status).toBe(201)
  expect(await readFile(kept, 'utf8')).toBe(content)
  const log = await until('the log to say so', async () => {
    const text = await readFile(path.join(folders.data, 'logs', 'bullpen.log'), 'utf8')
    return text.includes(path.basename(kept)) ? text : null
  })
  expect(log).toContain('instances.json')
  const { status } = await app.api.raw('POST', '/health/dismiss', { id: problems[0]?.id })
  expect(status).toBe(200)
  expect((await healthOf(app.api)).problems).toEqual([])
})

test('a damaged address file is said: the token is a new one, and lasts', async () => {
  const folders = await makeFolders()
  await writeFile(path.join(folders.data, 'web.json'), '{"token":')
  app = await App.start({ folders })
  const [problem] = (await healthOf(app.api)).problems
  expect(problem?.message).toContain('web.json could not be read')
  const { token } = app
  await app.quit()
  app = await App.start({ folders })
  expect(app.token).toBe(token)
  expect((await healthOf(app.api)).problems).toEqual([])
})

test('whoever reads its output may go away: warnings then go nowhere, and turns go on', async () => {
  const folders = await makeFolders()
  const main = path.join(import.meta.dirname, 'main.ts')
  const child = spawn(process.execPath, [main, 'serve', '--demo'], { env: appEnv(folders), stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const line = await within(patienceMs, 'it to be ready', new Promise((resolve) => child.stdout.once('data', resolve)))
  const { url, token } = z.object({ url: z.string(), token: z.string() }).parse(JSON.parse(String(line)))
  child.stdout.destroy()
  child.stderr.destroy()
  const api = new Api(url, token)
  // The SDK warns on stderr about tools that are allowed without a question.
  const made = await api.raw('POST', '/instances', {
    name: 'One',
    cwd: folders.work,
    allowedTools: ['Bash'],
    permissionMode: 'bypassPermissions',
  })
  expect(made.status).toBe(201)
  const { id } = z.object({ id: z.string() }).parse(made.body)
  const answer = await api.raw('POST', '/ask', { text: 'hello', instanceId: id })
  expect(answer.status).toBe(200)
  child.kill('SIGTERM')
  expect(await within(patienceMs, 'it to end', ended)).toBe(0)
  await removeRun(folders)
})

test('the data folder is deleted under it: messages are refused, health says why, and it ends when it is told to', async () => {
  app = await App.start()
  const made = z.object({ id: z.string() }).parse((await app.api.raw('POST', '/conversations', {})).body)
  await rename(app.folders.data, `${app.folders.data}-away`)
  await rm(`${app.folders.data}-away`, { recursive: true })
  const refused = await app.api.raw('POST', '/conversations', {})
  expect(refused).toMatchObject({ status: 507, body: { code: 'DATA_FOLDER_MISSING' } })
  expect((await app.api.raw('PATCH', `/conversations/${made.id}`, { title: 'Other' })).status).toBe(507)
  await until('health to say so', async () => app && (await healthOf(app.api)).storageError)
  expect((await healthOf(app.api)).storageError).toMatchObject({ code: 'DATA_FOLDER_MISSING' })
  expect(await app.quit()).toBe(0)
})

test('a folder that others may change and links in it are said', async () => {
  const folders = await makeFolders()
  await chmod(folders.data, 0o777)
  await mkdir(path.join(folders.root, 'elsewhere'))
  await symlink(path.join(folders.root, 'elsewhere'), path.join(folders.data, 'conversations'))
  app = await App.start({ folders })
  const { problems } = await healthOf(app.api)
  expect(problems.map(({ id }) => id)).toEqual(['folder-open', 'folder-links'])
  expect(problems[1]?.message).toContain('conversations')
})

test('what was left half written by a kill is removed at the next start, and nothing else', async () => {
  const folders = await makeFolders()
  for (const name of ['instances.json.0123456789ab.tmp', 'notes.tmp']) await writeFile(path.join(folders.data, name), 'x')
  const old = new Date(Date.now() - 60_000)
  for (const name of await readdir(folders.data)) await utimes(path.join(folders.data, name), old, old)
  app = await App.start({ folders })
  await until('the leftover to be removed', async () => !(await readdir(folders.data)).includes('instances.json.0123456789ab.tmp'))
  expect(await readdir(folders.data)).toContain('notes.tmp')
})

/** The app itself frees something now and then: that is taken as well. */
async function refusedTimes(times: number, small: SmallDisk, api: Api): Promise<void> {
  for (let refused = 0; refused < times;) {
    small.fill()
    const { status } = await api.raw('POST', '/conversations', {})
    expect([201, 507]).toContain(status)
    if (status === 507) refused += 1
  }
}

/** A run whose data lies on a small disk. */
async function onSmallDisk(small: SmallDisk): Promise<AppFolders> {
  const folders = await makeFolders()
  await rm(folders.data, { recursive: true })
  folders.data = path.join(small.folder, 'data')
  await mkdir(folders.data, { mode: 0o700 })
  return folders
}

test('a full disk is said, costs no file handles, does not keep the app from ending, and is forgotten once there is room', async (context) => {
  disk = await SmallDisk.mount(8)
  if (!disk) return context.skip()
  const folders = await onSmallDisk(disk)
  app = await App.start({ folders })
  const { api, pid } = app
  const { id } = z.object({ id: z.string() }).parse((await api.raw('POST', '/instances', { name: 'One', cwd: folders.work })).body)
  disk.fill()
  const handles = async (): Promise<number> => (await readdir(`/proc/${pid}/fd`)).length
  const before = await handles()
  await refusedTimes(20, disk, api)
  expect(await handles()).toBeLessThan(before + 10)
  disk.fill()
  expect((await api.raw('POST', '/instances', { name: 'Two', cwd: folders.work, start: false })).status).toBe(507)
  expect(JSON.stringify((await api.raw('GET', '/instances')).body)).not.toContain('"Two"')
  expect((await healthOf(api)).storageError).toMatchObject({ code: 'DISK_FULL' })
  await disk.free()
  await until('health to say that there is room', async () => (await healthOf(api)).storageError === null)
  expect((await api.raw('POST', '/instances', { name: 'Two', cwd: folders.work, start: false })).status).toBe(201)
  disk.fill()
  await Promise.all(Array.from({ length: 3 }, () => api.raw('POST', `/instances/${id}/stop`)))
  expect(await app.quit()).toBe(0)
})
