import { createHash } from 'node:crypto'
import { AppError } from '../../../shared/app-error.ts'
import {
  instanceConfigSchema,
  type FromProfile,
  type InstanceConfig,
  type InstanceCreate,
  type InstancePatch,
} from '../../../shared/domain/instance.ts'
import { profileSettingsSchema, type Profile, type ProfileDifference, type ProfileSettings } from '../../../shared/domain/profile.ts'

/** The settings that an instance and its profile are compared in. A folder is the instance's own business. */
export const comparedFields = Object.keys(profileSettingsSchema.shape).filter((field) => field !== 'cwd')

/** What a profile says, without its name and history. */
export function settingsOf(profile: Profile): ProfileSettings {
  return profileSettingsSchema.parse(profile)
}

/** The settings that a profile made of this instance has. */
export function settingsOfInstance(config: InstanceConfig): ProfileSettings {
  return profileSettingsSchema.parse(config)
}

/** With the patch's fields in place; null clears. Throws BAD_REQUEST. */
export function patchedSettings(settings: ProfileSettings, patch: Readonly<Record<string, unknown>>): ProfileSettings {
  const parsed = profileSettingsSchema.safeParse(merged(settings, patch))
  if (!parsed.success) throw unfit(parsed.error)
  return parsed.data
}

/** What an instance is made with. `profile`: null without one. Throws BAD_REQUEST that names the field. */
export function configFrom(input: InstanceCreate, profile: Profile | null, name: (wanted: string) => string): InstanceConfig {
  const { profile: _profile, ...own } = input
  const base = profile === null ? {} : { ...settingsOf(profile), name: name(profile.name), fromProfile: takenOf(profile) }
  const config = merged(base, own)
  if (profile !== null && config['cwd'] === undefined)
    throw new AppError('BAD_REQUEST', `cwd: The profile “${profile.name}” has no folder of its own. Say which folder to work in.`, {
      data: { field: 'cwd' },
    })
  for (const field of ['name', 'cwd'])
    if (config[field] === undefined) {
      const words = `“${field}” is missing. This call needs it; GET /api/openapi.json says what it is.`
      throw new AppError('BAD_REQUEST', words, { data: { field } })
    }
  const parsed = instanceConfigSchema.safeParse(config)
  if (!parsed.success) throw unfit(parsed.error)
  return parsed.data
}

/** What an instance remembers of its profile. */
export function takenOf(profile: Profile): FromProfile {
  return { id: profile.id, revision: profile.revision, taken: marksOf(settingsOf(profile)) }
}

/** Where an instance and its profile differ, and whose doing that is. */
export function differences(config: InstanceConfig, profile: Profile): ProfileDifference[] {
  const wanted = new Map<string, unknown>(Object.entries(settingsOf(profile)))
  const own = new Map<string, unknown>(Object.entries(settingsOfInstance(config)))
  const taken = config.fromProfile?.taken ?? {}
  return comparedFields.flatMap((field): ProfileDifference[] => {
    const [instance, said] = [own.get(field), wanted.get(field)]
    if (markOf(instance) === markOf(said)) return []
    const byProfile = taken[field] !== markOf(said)
    const byInstance = taken[field] !== markOf(instance)
    return [
      { field, instance: instance ?? null, profile: said ?? null, changed: byProfile ? (byInstance ? 'both' : 'profile') : 'instance' },
    ]
  })
}

/** The patch that gives an instance these settings of its profile. */
export function takeOverPatch(profile: Profile, fields: readonly string[]): InstancePatch {
  const settings = new Map<string, unknown>(Object.entries(settingsOf(profile)))
  return Object.fromEntries(fields.map((field) => [field, settings.get(field) ?? null]))
}

export function differ(a: ProfileSettings, b: ProfileSettings): boolean {
  return markOf(a) !== markOf(b)
}

function marksOf(settings: ProfileSettings): Record<string, string> {
  const values = new Map<string, unknown>(Object.entries(settings))
  return Object.fromEntries(comparedFields.map((field) => [field, markOf(values.get(field))]))
}

/** The same for equal values, in whatever order their fields stand. */
function markOf(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(value)) ?? '')
    .digest('hex')
    .slice(0, 12)
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  )
}

function merged(base: Readonly<Record<string, unknown>>, change: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const fields = new Map<string, unknown>(Object.entries(base))
  for (const [field, value] of Object.entries(change)) {
    if (value === null) fields.delete(field)
    else if (value !== undefined) fields.set(field, value)
  }
  return Object.fromEntries(fields)
}

function unfit({ issues: [issue] }: { issues: readonly { path: PropertyKey[]; message: string }[] }): AppError {
  const field = (issue?.path ?? []).map(String).join('.')
  return new AppError('BAD_REQUEST', `${field}: ${issue?.message ?? 'It isn’t what this call expects.'}`, { data: { field } })
}
