import { AppError } from '../../../shared/app-error.ts'
import type { Instance } from '../../../shared/domain/instance.ts'
import { clearInServer } from '../../../shared/domain/likely-secret.ts'
import type { FoundServer, SavedServer, ServerInput, ServerTest, ShownServer } from '../../../shared/domain/mcp-server.ts'
import { checkCommandLines, type References } from '../secrets/references.ts'
import type { SecretBook } from '../secrets/secret-book.ts'
import type { FoundServers } from '../servers/found-servers.ts'
import { takenOut } from '../../../shared/domain/hidden-values.ts'
import { checkServer, type SavedServers, type ServerChange } from '../servers/saved-servers.ts'
import type { ProbeRequest, ServerProbe } from '../servers/server-probe.ts'
import type { ProfileBook } from './profile-book.ts'
import { alone, type InstancesPort, type Users } from './users.ts'

export type ServerDeskDeps = {
  servers: SavedServers
  found: FoundServers
  probe: ServerProbe
  profiles: ProfileBook
  secrets: SecretBook
  references: References
  instances: InstancesPort
  users: Users
  onChange: () => void
}

export type CopyRequest = { cwd: string; name: string; scope: FoundServer['scope']; file?: string | undefined; as?: string | undefined }

/** Saved MCP servers, and what their changes mean for those that use them. */
export class ServerDesk {
  readonly #deps: ServerDeskDeps

  constructor(deps: ServerDeskDeps) {
    this.#deps = deps
  }

  list(): ShownServer[] {
    return this.#deps.servers.list().map((server) => this.#shown(server))
  }

  /** What Claude Code brings along in a folder. */
  found(cwd: string): ReturnType<FoundServers['list']> {
    return this.#deps.found.list(cwd)
  }

  async create(input: ServerInput): Promise<ShownServer> {
    const made = await this.#deps.servers.create(input)
    this.#deps.onChange()
    return this.#shown(made)
  }

  /** Who uses it goes along with its name and its configuration. */
  async update(id: string, change: ServerChange): Promise<ShownServer> {
    const { servers, instances, onChange } = this.#deps
    const before = servers.get(id)
    const next = await servers.update(id, change)
    if (next.name !== before.name)
      await this.#inUsers(before.name, (names) => names.map((name) => (name === before.name ? next.name : name)))
    else if (JSON.stringify(next.config) !== JSON.stringify(before.config))
      await instances.follow(this.#instancesOf(next.name).map(({ id: user }) => user))
    onChange()
    return this.#shown(next)
  }

  /** Throws STATE_CONFLICT that names who uses it, unless it is to be taken out there. */
  async remove(id: string, detach: boolean): Promise<void> {
    const { servers, users, onChange } = this.#deps
    const { name } = servers.get(id)
    const used = users.ofServer(name)
    if (used.length > 0 && !detach) {
      const who = used
        .slice(0, 10)
        .map((user) => `${user.kind} ${user.name}`)
        .join(', ')
      const message = `${name} is used by ${who}${used.length > 10 ? ` and ${used.length - 10} more` : ''}. Remove it there first, or remove it from all of them with “detach”.`
      throw new AppError('STATE_CONFLICT', message, { data: { usedBy: used } })
    }
    await this.#inUsers(name, (names) => names.filter((one) => one !== name))
    await servers.remove(id)
    onChange()
  }

  /** Tries a server as it would be started, until `signal` ends it. Throws what is wrong with its references. */
  async test({ name, config, ...request }: ProbeRequest, signal?: AbortSignal): Promise<ServerTest> {
    const { references, probe } = this.#deps
    checkCommandLines({ [name]: config }, '')
    const { mcpServers } = await references.resolve(alone(name, config))
    return probe.test({ name, config: mcpServers[name] ?? config, ...request }, signal)
  }

  /** Saves one of Claude Code's own; its keys go into the key store. Throws NOT_FOUND, UNAVAILABLE, and what `create` throws. */
  async copy({ cwd, as, ...want }: CopyRequest): Promise<{ server: SavedServer; secrets: string[]; notes: string[] }> {
    const { found, servers, secrets, onChange } = this.#deps
    const one = await found.one(cwd, want)
    if (!one)
      throw new AppError('NOT_FOUND', `There is no MCP server “${want.name}” there any more, or it cannot be read. Reload the list.`)
    const name = as ?? usable(want.name)
    const places = named(clearInServer(one.config, name), (secret) => secrets.has(secret))
    const { config, values } = takenOut(one.config, places)
    // Before anything is kept: what is refused leaves nothing behind.
    checkServer(name, config)
    if (servers.list().some((saved) => saved.name.toLowerCase() === name.toLowerCase()))
      throw new AppError('NAME_TAKEN', `An MCP server “${name}” is saved already. Choose another name.`, { data: { field: 'as' } })
    const store = values.size > 0 ? await secrets.store() : null
    if (store?.available === false)
      throw new AppError(
        'UNAVAILABLE',
        `${want.name} holds a key (${places.map(({ place }) => place).join(', ')}), and there is no key store here to keep it. ${store.reason ?? ''}`,
      )
    for (const [secret, value] of values) await secrets.set(secret, value)
    const server = await servers.create({ name, config })
    onChange()
    return { server, secrets: [...values.keys()], notes: one.notes }
  }

  #shown(server: SavedServer): ShownServer {
    return { ...server, usedBy: this.#deps.users.ofServer(server.name) }
  }

  #instancesOf(name: string): Instance[] {
    return this.#deps.instances.list().filter(({ savedServers }) => savedServers.includes(name))
  }

  async #inUsers(name: string, change: (names: string[]) => string[]): Promise<void> {
    const { instances, profiles } = this.#deps
    for (const { id, savedServers } of profiles.list())
      if (savedServers.includes(name)) await profiles.update(id, { savedServers: change(savedServers) })
    for (const { id, savedServers } of this.#instancesOf(name)) await instances.update(id, { savedServers: change(savedServers) })
  }
}

/** Names that no other secret has. */
function named(
  clear: readonly { place: string; suggested: string }[],
  taken: (name: string) => boolean,
): { place: string; name: string }[] {
  const own = new Set<string>()
  return clear.map(({ place, suggested }) => {
    let name = suggested
    for (let number = 2; taken(name) || own.has(name); number += 1) name = `${suggested.slice(0, 58)}_${number}`
    own.add(name)
    return { place, name }
  })
}

function usable(name: string): string {
  return (
    name
      .replaceAll(/[^A-Za-z0-9_-]+/g, '-')
      .replaceAll(/^-+|-+$/g, '')
      .slice(0, 64) || 'server'
  )
}
