import type { ClearValue, SecretInfo, Secrets } from '../../../shared/domain/secret.ts'
import { clearIn, clearInServer } from '../../../shared/domain/likely-secret.ts'
import type { SecretBook } from '../secrets/secret-book.ts'
import type { SavedServers } from '../servers/saved-servers.ts'
import type { ProfileBook } from './profile-book.ts'
import type { InstancesPort, Users } from './users.ts'

export type SecretDeskDeps = {
  secrets: SecretBook
  servers: SavedServers
  profiles: ProfileBook
  instances: InstancesPort
  users: Users
  onChange: () => void
}

/** Secrets by name, and values that should be some. */
export class SecretDesk {
  readonly #deps: SecretDeskDeps

  constructor(deps: SecretDeskDeps) {
    this.#deps = deps
  }

  async list(): Promise<Secrets> {
    const { secrets } = this.#deps
    return { store: await secrets.store(), items: secrets.list().map((one) => this.#shown(one)), clear: this.#clear() }
  }

  /** Keeps a value; the instances that need it follow. Throws UNAVAILABLE. */
  async set(name: string, value: string): Promise<SecretInfo> {
    const { secrets, instances, users, onChange } = this.#deps
    await secrets.set(name, value)
    onChange()
    await instances.follow(users.instancesOfSecret(name))
    const found = secrets.list().find((one) => one.name === name)
    return this.#shown(found ?? { name, changedAt: new Date().toISOString(), readable: true })
  }

  /** Throws NOT_FOUND, UNAVAILABLE. */
  async remove(name: string): Promise<void> {
    await this.#deps.secrets.remove(name)
    this.#deps.onChange()
  }

  #shown(one: { name: string; changedAt: string; readable: boolean }): SecretInfo {
    return { ...one, usedBy: this.#deps.users.ofSecret(one.name) }
  }

  /** From before there were references, or from another hand. */
  #clear(): ClearValue[] {
    const { instances, profiles, servers } = this.#deps
    return [
      ...instances.list().flatMap((one) => clearIn(one).map((clear) => clearOf('instance', one, clear))),
      ...profiles.list().flatMap((one) => clearIn(one).map((clear) => clearOf('profile', one, clear))),
      ...servers.list().flatMap((one) => clearInServer(one.config, one.name).map((clear) => clearOf('server', one, clear))),
    ]
  }
}

function clearOf(
  kind: ClearValue['of']['kind'],
  { id, name }: { id: string; name: string },
  { place, suggested }: { place: string; suggested: string },
): ClearValue {
  return { of: { kind, id, name }, place, suggested }
}
