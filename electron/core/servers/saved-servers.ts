import { join } from 'node:path'
import { z } from 'zod'
import { AppError } from '../../../shared/app-error.ts'
import type { McpServer } from '../../../shared/domain/instance.ts'
import { clearInServer } from '../../../shared/domain/likely-secret.ts'
import { savedServerSchema, type SavedServer, type ServerInput } from '../../../shared/domain/mcp-server.ts'
import { checkCommandLines } from '../secrets/references.ts'
import { newId } from '../storage/id.ts'
import { JsonStore, type StoreWatch } from '../storage/json-store.ts'

const fileSchema = z.object({ version: z.literal(1).default(1), servers: z.array(savedServerSchema).default([]) })
const mostServers = 200

export type ServerChange = { name?: string | undefined; config?: McpServer | undefined; note?: string | null | undefined }

/** `servers.json` in the data folder: MCP servers that instances and profiles name. */
export class SavedServers {
  readonly #file: JsonStore<z.infer<typeof fileSchema>>

  private constructor(file: JsonStore<z.infer<typeof fileSchema>>) {
    this.#file = file
  }

  static async open({ home, watch }: { home: string; watch: StoreWatch }): Promise<SavedServers> {
    const file = await JsonStore.open({
      path: join(home, 'servers.json'),
      schema: fileSchema,
      fallback: fileSchema.parse({}),
      holds: 'your MCP servers',
      watch,
    })
    return new SavedServers(file)
  }

  /** By name. */
  list(): SavedServer[] {
    return this.#file.current().servers.toSorted((a, b) => a.name.localeCompare(b.name))
  }

  /** Throws NOT_FOUND. */
  get(id: string): SavedServer {
    const found = this.#file.current().servers.find((one) => one.id === id)
    if (!found) throw gone()
    return found
  }

  named(name: string): SavedServer | undefined {
    return this.#file.current().servers.find((one) => one.name === name)
  }

  /** The configurations of those that are named, and the names that nobody has. */
  configsOf(names: readonly string[]): { servers: Record<string, McpServer>; gone: string[] } {
    const found = names.map((name) => ({ name, server: this.named(name) }))
    return {
      servers: Object.fromEntries(found.flatMap(({ name, server }) => (server ? [[name, server.config]] : []))),
      gone: found.flatMap(({ name, server }) => (server ? [] : [name])),
    }
  }

  /** Throws BAD_REQUEST for a key in clear, NAME_TAKEN, LIMIT_REACHED. */
  async create({ name, config, note }: ServerInput): Promise<SavedServer> {
    checkServer(name, config)
    const now = new Date().toISOString()
    const made = { id: newId('server'), name, config, ...(note ? { note } : {}), createdAt: now, updatedAt: now }
    await this.#change((servers) => [...servers, made])
    return made
  }

  /** Throws NOT_FOUND, BAD_REQUEST, NAME_TAKEN. */
  async update(id: string, change: ServerChange): Promise<SavedServer> {
    this.get(id)
    // From the newest one: another change may be on its way to disk.
    await this.#change((servers) => {
      if (!servers.some((one) => one.id === id)) throw gone()
      return servers.map((one) => (one.id === id ? changed(one, change) : one))
    })
    return this.get(id)
  }

  /** Throws NOT_FOUND. */
  async remove(id: string): Promise<void> {
    this.get(id)
    await this.#change((servers) => servers.filter((one) => one.id !== id))
  }

  async #change(derive: (servers: SavedServer[]) => SavedServer[]): Promise<void> {
    await this.#file.change((current) => {
      const servers = derive(current.servers)
      checkNames(servers)
      return { ...current, servers }
    })
  }
}

function changed({ note: old, ...known }: SavedServer, { name, config, note }: ServerChange): SavedServer {
  const words = note === undefined ? old : (note ?? undefined)
  const next = { ...known, name: name ?? known.name, config: config ?? known.config, updatedAt: new Date().toISOString() }
  checkServer(next.name, next.config)
  return { ...next, ...(words ? { note: words } : {}) }
}

function gone(): AppError {
  return new AppError('NOT_FOUND', 'This MCP server is no longer saved here. Reload the list.')
}

/** Throws BAD_REQUEST for a value that should be a reference, naming where it stands. */
export function checkServer(name: string, config: McpServer, at = 'config.'): void {
  checkCommandLines({ [name]: config }, at === 'config.' ? '' : at)
  const [clear] = clearInServer(config, name, at)
  if (clear) throw inClear(clear)
}

/** A key that would be written to disk. */
export function inClear({ place, suggested }: { place: string; suggested: string }): AppError {
  const message = `${place}: This looks like a key. Save it as a secret and write \${secret:${suggested}} here, or \${env:NAME} to take it from the environment.`
  return new AppError('BAD_REQUEST', message, { data: { field: place, suggested } })
}

function checkNames(servers: readonly SavedServer[]): void {
  const names = new Set<string>()
  for (const { name } of servers) {
    const plain = name.toLowerCase()
    if (names.has(plain))
      throw new AppError('NAME_TAKEN', `An MCP server “${name}” is saved already. Choose another name.`, { data: { field: 'name' } })
    names.add(plain)
  }
  if (servers.length > mostServers)
    throw new AppError('LIMIT_REACHED', `At most ${mostServers} MCP servers can be saved. Remove some first.`, {
      data: { limit: mostServers },
    })
}
