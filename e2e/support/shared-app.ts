import { mkdir, readdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { App, writeSample } from './app.ts'
import { isAlive, processesOf } from './processes.ts'
import { until } from './until.ts'

const listSchema = z.object({ items: z.array(z.object({ id: z.string() })), nextCursor: z.string().nullish() })
/** What tests make, in the order in which it is taken away: what runs goes first. */
const made = ['/instances', '/conversations?state=all', '/rules', '/prompts']

/** Shown by a window that opens next, which is else what the last one showed. */
const startPage = { window: 'next', address: '#/' }

/** What the app itself keeps for a while to read snapshots with. */
const reader = 'cat-file --batch'

/** One app that the tests of a file have one after the other. Each finds it without what the ones before it have made. */
export class SharedApp {
  #app: App | null = null
  #file = ''

  /** The app of that file, which is started where none runs. */
  async of(file: string): Promise<App> {
    if (this.#app !== null && (this.#file !== file || !isAlive(this.#app.pid))) await this.end()
    this.#file = file
    this.#app ??= await App.start()
    return this.#app
  }

  /** Takes away what a test has made. Throws when something was left running. */
  async putBack(): Promise<void> {
    const app = this.#app
    if (app === null) return
    for (const list of made) await removeAll(app, list)
    await app.api.call(z.unknown(), 'PUT', '/workspace', startPage)
    const left = () => processesOf(app.folders.root).filter(({ pid, command }) => pid !== app.pid && !command.endsWith(reader))
    await until('every process of the test to end', () => left().length === 0, 30_000).catch((cause: unknown) => {
      const commands = left().map(({ command }) => command)
      throw new Error(`Left running: ${commands.join(', ')}`, { cause })
    })
    await emptied(app.folders.work)
    await writeSample(app.folders.work)
  }

  async end(): Promise<void> {
    const app = this.#app
    this.#app = null
    await app?.dispose()
  }
}

async function removeAll(app: App, list: string): Promise<void> {
  const [name = list] = list.split('?')
  for (;;) {
    const { items } = await app.api.call(listSchema, 'GET', list)
    if (items.length === 0) return
    await Promise.all(items.map(({ id }) => app.api.call(z.unknown(), 'DELETE', `${name}/${id}`)))
  }
}

async function emptied(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const name of await readdir(folder)) await rm(path.join(folder, name), { recursive: true, force: true })
}
