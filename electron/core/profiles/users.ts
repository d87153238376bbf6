import type { FromProfile, Instance, InstancePatch, McpServer } from '../../../shared/domain/instance.ts'
import type { Profile } from '../../../shared/domain/profile.ts'
import type { UserOf } from '../../../shared/domain/secret.ts'
import { secretsIn, type Referring } from '../secrets/references.ts'
import type { SavedServers } from '../servers/saved-servers.ts'
import type { ProfileBook } from './profile-book.ts'

/** The instances, as far as saved servers, profiles and secrets concern them. */
export type InstancesPort = {
  list: () => Instance[]
  get: (id: string) => Instance
  update: (id: string, patch: InstancePatch & { fromProfile?: FromProfile | null }) => Promise<Instance>
  /** What these are started with has changed although their configuration has not: they follow as soon as they may. */
  follow: (ids: readonly string[]) => Promise<void>
}

export type UsersDeps = { servers: SavedServers; profiles: ProfileBook; instances: InstancesPort }

/** Who uses what. */
export class Users {
  readonly #deps: UsersDeps

  constructor(deps: UsersDeps) {
    this.#deps = deps
  }

  ofServer(name: string): UserOf[] {
    const { instances, profiles } = this.#deps
    return [
      ...instances
        .list()
        .filter(({ savedServers }) => savedServers.includes(name))
        .map(instanceUser),
      ...profiles
        .list()
        .filter(({ savedServers }) => savedServers.includes(name))
        .map(profileUser),
    ]
  }

  /** Those that name it themselves, and saved servers that do. */
  ofSecret(secret: string): UserOf[] {
    const { instances, profiles, servers } = this.#deps
    const uses = (config: Referring) => secretsIn(config).includes(secret)
    return [
      ...instances.list().filter(uses).map(instanceUser),
      ...profiles.list().filter(uses).map(profileUser),
      ...servers
        .list()
        .filter(({ name, config }) => uses(alone(name, config)))
        .map(({ id, name }) => ({ kind: 'server' as const, id, name })),
    ]
  }

  /** The instances whose processes know a secret. */
  instancesOfSecret(secret: string): string[] {
    const { instances, servers } = this.#deps
    return instances
      .list()
      .filter(({ env, mcpServers, savedServers }) =>
        secretsIn({ env, mcpServers: { ...servers.configsOf(savedServers).servers, ...mcpServers } }).includes(secret),
      )
      .map(({ id }) => id)
  }
}

export function alone(name: string, config: McpServer): Referring {
  return { env: {}, mcpServers: { [name]: config } }
}

function instanceUser({ id, name }: Instance): UserOf {
  return { kind: 'instance', id, name }
}

function profileUser({ id, name }: Profile): UserOf {
  return { kind: 'profile', id, name }
}
