import { stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { AppError } from '../../../shared/app-error.ts'
import type { Instance, InstanceConfig, InstanceCreate } from '../../../shared/domain/instance.ts'
import type {
  Profile,
  ProfileDifference,
  ProfileFile,
  ProfileImport,
  ProfileInput,
  ProfilePatch,
  ShownProfile,
} from '../../../shared/domain/profile.ts'
import { profileSettingsSchema } from '../../../shared/domain/profile.ts'
import type { SecretBook } from '../secrets/secret-book.ts'
import type { SavedServers } from '../servers/saved-servers.ts'
import type { LaunchSetup } from './launch-setup.ts'
import type { ProfileBook } from './profile-book.ts'
import { exportProfiles, freeName, missingOf, planImport, type ImportPlan, type Surroundings } from './profile-import.ts'
import {
  comparedFields,
  configFrom,
  differences,
  patchedSettings,
  settingsOf,
  settingsOfInstance,
  takenOf,
  takeOverPatch,
} from './profile-settings.ts'
import type { InstancesPort } from './users.ts'

export type ProfileDeskDeps = {
  profiles: ProfileBook
  servers: SavedServers
  secrets: SecretBook
  setup: LaunchSetup
  instances: InstancesPort
  env: () => Promise<NodeJS.ProcessEnv>
  onChange: () => void
}

/** Profiles, and the instances that are made from them. */
export class ProfileDesk {
  readonly #deps: ProfileDeskDeps

  constructor(deps: ProfileDeskDeps) {
    this.#deps = deps
  }

  async list(): Promise<ShownProfile[]> {
    const around = await this.#around()
    return Promise.all(this.#deps.profiles.list().map((profile) => this.#shown(profile, around)))
  }

  /** Throws NOT_FOUND. */
  async get(id: string): Promise<ShownProfile> {
    return this.#shown(this.#deps.profiles.get(id), await this.#around())
  }

  /** `instanceId`: begins with its settings; it counts as made from the profile then. */
  async create({ instanceId, name, note, ...patch }: ProfileInput & { instanceId?: string | undefined }): Promise<ShownProfile> {
    const { profiles, instances, setup, onChange } = this.#deps
    const from = instanceId === undefined ? null : instances.get(instanceId)
    const base = from === null ? profileSettingsSchema.parse({}) : settingsOfInstance(from)
    const settings = patchedSettings(base, patch)
    setup.check(settings)
    const [made] = await profiles.create([{ name, note: note ?? undefined, settings }])
    if (!made) throw new Error('No profile was made.')
    if (from !== null) await instances.update(from.id, { fromProfile: takenOf(made) })
    onChange()
    return this.get(made.id)
  }

  async update(id: string, patch: ProfilePatch): Promise<ShownProfile> {
    const { profiles, setup, onChange } = this.#deps
    const { name: _name, note: _note, ...settings } = patch
    setup.check(patchedSettings(settingsOf(profiles.get(id)), settings))
    await profiles.update(id, patch)
    onChange()
    return this.get(id)
  }

  /** Throws NOT_FOUND. Instances made from it stay as they are. */
  async remove(id: string): Promise<void> {
    await this.#deps.profiles.remove(id)
    this.#deps.onChange()
  }

  /** Throws NOT_FOUND. */
  export(ids: readonly string[] | undefined): ProfileFile {
    const { profiles, servers } = this.#deps
    const chosen = ids === undefined ? profiles.list() : ids.map((id) => profiles.get(id))
    if (chosen.length === 0) throw new AppError('BAD_REQUEST', 'There is no profile to export yet. Save one first.')
    return exportProfiles(chosen, servers.list())
  }

  /** Takes a document, or with `dryRun` only says what that would do. */
  async import(text: string, dryRun: boolean): Promise<ProfileImport> {
    const { servers, profiles, onChange } = this.#deps
    const plan = await planImport(text, { ...(await this.#around()), profiles: profiles.list(), servers: servers.list() })
    if (dryRun || plan.profiles.length + plan.servers.length === 0)
      return { done: !dryRun && plan.report.faults.length === 0, ...plan.report }
    const made = await this.#take(plan)
    onChange()
    const ids = new Map(made.map(({ name, id }) => [name, id]))
    const done = plan.report.profiles.map((one) => ({ ...one, ...(ids.has(one.as) ? { id: ids.get(one.as) } : {}) }))
    return { done: true, ...plan.report, profiles: done }
  }

  /** All of it or nothing. */
  async #take(plan: ImportPlan): Promise<Profile[]> {
    const { servers, profiles } = this.#deps
    const saved: string[] = []
    try {
      for (const server of plan.servers) saved.push((await servers.create(server)).id)
      return await profiles.create(plan.profiles)
    } catch (thrown) {
      for (const id of saved) await servers.remove(id).catch(() => {})
      throw thrown
    }
  }

  /** What an instance is made with. Throws NOT_FOUND for a profile that is not there, BAD_REQUEST. */
  configFor(input: InstanceCreate): InstanceConfig {
    const { profiles, instances } = this.#deps
    const profile = input.profile === undefined ? null : profiles.named(input.profile)
    const taken = new Set(instances.list().map(({ name }) => name.toLowerCase()))
    return configFrom(input, profile, (wanted) => freeName(wanted, taken))
  }

  /** The profile that an instance was made from, and where they differ; null where it has none, or it is gone. */
  async ofInstance(id: string): Promise<{ profile: ShownProfile | null; differences: ProfileDifference[] }> {
    const instance = this.#deps.instances.get(id)
    const profile = this.#deps.profiles.find(instance.fromProfile?.id ?? '')
    if (!profile) return { profile: null, differences: [] }
    return { profile: await this.#shown(profile, await this.#around()), differences: differences(instance, profile) }
  }

  /** Gives an instance settings of its profile. Throws NOT_FOUND, BAD_REQUEST. */
  async takeOver(id: string, fields: readonly string[] | undefined): Promise<Instance> {
    const { instances, profiles, onChange } = this.#deps
    const instance = instances.get(id)
    const profile = profiles.find(instance.fromProfile?.id ?? '')
    if (!profile) throw new AppError('NOT_FOUND', 'The profile of this instance no longer exists, so there is nothing to apply.')
    const wrong = fields?.find((field) => !comparedFields.includes(field))
    if (wrong !== undefined)
      throw new AppError('BAD_REQUEST', `fields: “${wrong}” is not a profile setting. There are: ${comparedFields.join(', ')}.`, {
        data: { field: 'fields' },
      })
    const chosen =
      fields ??
      differences(instance, profile)
        .filter(({ changed }) => changed !== 'instance')
        .map(({ field }) => field)
    const updated = await instances.update(id, { ...takeOverPatch(profile, chosen), fromProfile: takenOf(profile) })
    onChange()
    return updated
  }

  /** Forgets which profile an instance was made from. */
  async leave(id: string): Promise<Instance> {
    const updated = await this.#deps.instances.update(id, { fromProfile: null })
    this.#deps.onChange()
    return updated
  }

  async #shown(profile: Profile, around: Pick<Surroundings, 'hasSecret' | 'hasVariable' | 'hasFolder'>): Promise<ShownProfile> {
    const { servers, instances } = this.#deps
    const known = new Map(servers.list().map(({ name, config }) => [name, config]))
    const missing = await missingOf(settingsOf(profile), profile.name, known, around)
    const usedBy = instances
      .list()
      .filter(({ fromProfile }) => fromProfile?.id === profile.id)
      .map((one) => ({ id: one.id, name: one.name, changed: differences(one, profile).some(({ changed }) => changed !== 'instance') }))
    return { ...profile, usedBy, missing: missing.map(({ kind, name }) => `${kind} ${name}`) }
  }

  async #around(): Promise<Pick<Surroundings, 'hasSecret' | 'hasVariable' | 'hasFolder'>> {
    const env = await this.#deps.env()
    return {
      hasSecret: (name) => this.#deps.secrets.has(name),
      hasVariable: (name) => env[name] !== undefined,
      hasFolder: (path) =>
        stat(path.replace(/^~(?=$|[\\/])/, () => homedir())).then(
          (found) => found.isDirectory(),
          () => false,
        ),
    }
  }
}
