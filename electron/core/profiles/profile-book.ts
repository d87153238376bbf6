import { join } from 'node:path'
import { z } from 'zod'
import { AppError } from '../../../shared/app-error.ts'
import { clearIn } from '../../../shared/domain/likely-secret.ts'
import { profileSchema, type Profile, type ProfilePatch, type ProfileSettings } from '../../../shared/domain/profile.ts'
import { checkCommandLines } from '../secrets/references.ts'
import { inClear } from '../servers/saved-servers.ts'
import { newId } from '../storage/id.ts'
import { JsonStore, type StoreWatch } from '../storage/json-store.ts'
import { differ, patchedSettings, settingsOf } from './profile-settings.ts'

const fileSchema = z.object({ version: z.literal(1).default(1), profiles: z.array(profileSchema).default([]) })
const mostProfiles = 200
/** All of them together: they lie in one file that is written as a whole. */
const mostCharacters = 10_000_000

/** A profile that is to be saved. */
export type ProfileDraft = { name: string; note?: string | undefined; settings: ProfileSettings }

/** `profiles.json` in the data folder. */
export class ProfileBook {
  readonly #file: JsonStore<z.infer<typeof fileSchema>>

  private constructor(file: JsonStore<z.infer<typeof fileSchema>>) {
    this.#file = file
  }

  static async open({ home, watch }: { home: string; watch: StoreWatch }): Promise<ProfileBook> {
    const file = await JsonStore.open({
      path: join(home, 'profiles.json'),
      schema: fileSchema,
      fallback: fileSchema.parse({}),
      holds: 'your profiles',
      watch,
    })
    return new ProfileBook(file)
  }

  /** By name. */
  list(): Profile[] {
    return this.#file.current().profiles.toSorted((a, b) => a.name.localeCompare(b.name))
  }

  find(id: string): Profile | undefined {
    return this.#file.current().profiles.find((one) => one.id === id)
  }

  /** Throws NOT_FOUND. */
  get(id: string): Profile {
    const found = this.find(id)
    if (!found) throw gone()
    return found
  }

  /** By id or name, in whatever case. Throws NOT_FOUND. */
  named(reference: string): Profile {
    const { profiles } = this.#file.current()
    const plain = reference.toLowerCase()
    const found = profiles.find(({ id }) => id === reference) ?? profiles.find(({ name }) => name.toLowerCase() === plain)
    if (found) return found
    const names = this.list().map(({ name }) => name)
    const message = `There is no profile “${reference}”. There are: ${names.slice(0, 20).join(', ') || 'none'}.`
    throw new AppError('NOT_FOUND', message, { data: { field: 'profile' } })
  }

  /** Makes several at once, or none. Throws BAD_REQUEST for a key in clear, NAME_TAKEN, LIMIT_REACHED. */
  async create(drafts: readonly ProfileDraft[]): Promise<Profile[]> {
    const made = drafts.map(({ name, note, settings }): Profile => {
      checkSettings(settings)
      const now = new Date().toISOString()
      return { id: newId('profile'), name, ...(note ? { note } : {}), ...settings, revision: 1, createdAt: now, updatedAt: now }
    })
    await this.#change((profiles) => [...profiles, ...made])
    return made
  }

  /** Throws NOT_FOUND, BAD_REQUEST, NAME_TAKEN. */
  async update(id: string, patch: ProfilePatch): Promise<Profile> {
    this.get(id)
    // From the newest one: another change may be on its way to disk.
    await this.#change((profiles) => replaced(profiles, id, (before) => changed(before, patch)))
    return this.get(id)
  }

  /** Throws NOT_FOUND. */
  async remove(id: string): Promise<void> {
    this.get(id)
    await this.#change((profiles) => profiles.filter((one) => one.id !== id))
  }

  async #change(derive: (profiles: Profile[]) => Profile[]): Promise<void> {
    await this.#file.change((current) => {
      const profiles = derive(current.profiles)
      check(profiles)
      return { ...current, profiles }
    })
  }
}

/** Throws NOT_FOUND. */
function replaced(profiles: readonly Profile[], id: string, change: (profile: Profile) => Profile): Profile[] {
  if (!profiles.some((one) => one.id === id)) throw gone()
  return profiles.map((one) => (one.id === id ? change(one) : one))
}

function changed(before: Profile, { name, note, ...patch }: ProfilePatch): Profile {
  const old = settingsOf(before)
  const settings = patchedSettings(old, patch)
  checkSettings(settings)
  const words = note === undefined ? before.note : (note ?? undefined)
  const { id, createdAt, revision } = before
  return {
    id,
    name: name ?? before.name,
    ...(words ? { note: words } : {}),
    ...settings,
    revision: differ(old, settings) ? revision + 1 : revision,
    createdAt,
    updatedAt: new Date().toISOString(),
  }
}

function gone(): AppError {
  return new AppError('NOT_FOUND', 'This profile no longer exists. Reload the list.')
}

/** Throws BAD_REQUEST for a value that should be a reference, naming where it stands. */
function checkSettings(settings: ProfileSettings): void {
  checkCommandLines(settings.mcpServers)
  const [clear] = clearIn(settings)
  if (clear) throw inClear(clear)
}

function check(profiles: readonly Profile[]): void {
  const names = new Set<string>()
  for (const { name } of profiles) {
    const plain = name.toLowerCase()
    if (names.has(plain))
      throw new AppError('NAME_TAKEN', `There is already a profile “${name}”. Choose another name.`, { data: { field: 'name' } })
    names.add(plain)
  }
  if (profiles.length > mostProfiles || JSON.stringify(profiles).length > mostCharacters)
    throw new AppError('LIMIT_REACHED', `At most ${mostProfiles} profiles, or ten million characters, can be saved. Remove some first.`, {
      data: { limit: mostProfiles },
    })
}
