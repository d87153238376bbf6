import { z } from 'zod'
import type { McpServer } from '../../../shared/domain/instance.ts'
import { parseJsonc, JsonFault } from '../../../shared/domain/jsonc.ts'
import { clearIn, clearInServer } from '../../../shared/domain/likely-secret.ts'
import {
  exportedProfileSchema,
  profileFileSchema,
  profileFormat,
  type Profile,
  type ProfileFile,
  type ProfileImport,
  type ProfileSettings,
} from '../../../shared/domain/profile.ts'
import type { SavedServer, ServerInput } from '../../../shared/domain/mcp-server.ts'
import type { Reference } from '../../../shared/domain/reference.ts'
import { allReferences } from '../secrets/references.ts'
import { hiddenIn } from '../../../shared/domain/hidden-values.ts'
import { differ, settingsOf } from './profile-settings.ts'
import type { ProfileDraft } from './profile-book.ts'
import { profileSettingsSchema } from '../../../shared/domain/profile.ts'

/** What is here already. */
export type Surroundings = {
  profiles: readonly Profile[]
  servers: readonly SavedServer[]
  hasSecret: (name: string) => boolean
  hasVariable: (name: string) => boolean
  hasFolder: (path: string) => Promise<boolean>
}

export type ImportPlan = { report: Omit<ProfileImport, 'done'>; servers: ServerInput[]; profiles: ProfileDraft[] }

/** The document for some profiles, with the saved servers that they use. A key that stands in clear is left out for a reference. */
export function exportProfiles(profiles: readonly Profile[], servers: readonly SavedServer[]): ProfileFile {
  const used = new Set(profiles.flatMap(({ savedServers }) => savedServers))
  return {
    format: profileFormat,
    version: 1,
    exportedAt: new Date().toISOString(),
    profiles: profiles.map((profile) => {
      const { name, note } = profile
      return { name, ...(note ? { note } : {}), ...withoutClear(settingsOf(profile)) }
    }),
    servers: servers
      .filter(({ name }) => used.has(name))
      .map(({ name, note, config }) => ({ name, ...(note ? { note } : {}), config: withoutKeys(config, name) })),
  }
}

/** What taking a document would do. Nothing is changed. Faults of the document as a whole are its only faults then. */
export async function planImport(text: string, around: Surroundings): Promise<ImportPlan> {
  const nothing = { servers: [], profiles: [] }
  const read = readDocument(text)
  if ('faults' in read) return { report: { ...nothing, missing: [], faults: read.faults }, ...nothing }
  const { file } = read
  const faults: ProfileImport['faults'] = read.unknown
  const names = new Map<string, string>()
  const servers: ServerInput[] = []
  const shownServers: ProfileImport['servers'] = []
  const takenServers = new Set(around.servers.map(({ name }) => name.toLowerCase()))
  for (const { name, config, note } of file.servers) {
    const here = around.servers.find((one) => one.name === name)
    const same = here !== undefined && JSON.stringify(here.config) === JSON.stringify(config)
    const [clear] = clearInServer(config, name)
    if (clear) {
      faults.push({
        place: `servers.${name}.${clear.place}`,
        message: 'A key stands here in clear, so this server was left out. Put a reference in its place.',
      })
      continue
    }
    const as = same ? name : freeServerName(name, takenServers)
    names.set(name, as)
    takenServers.add(as.toLowerCase())
    shownServers.push({ name, as, act: same ? 'same' : as === name ? 'add' : 'renamed', runs: runsOf(config) })
    if (!same) servers.push({ name: as, config, ...(note ? { note } : {}) })
  }
  const profiles: ProfileDraft[] = []
  const shown: ProfileImport['profiles'] = []
  const takenProfiles = new Set(around.profiles.map(({ name }) => name.toLowerCase()))
  for (const { name, note, ...rest } of file.profiles) {
    const settings = profileSettingsSchema.parse({ ...rest, savedServers: rest.savedServers.map((server) => names.get(server) ?? server) })
    const [clear] = clearIn(settings)
    if (clear) {
      faults.push({
        place: `profiles.${name}.${clear.place}`,
        message: 'A key stands here in clear, so this profile was left out. Put a reference in its place.',
      })
      continue
    }
    const here = around.profiles.find((one) => one.name.toLowerCase() === name.toLowerCase())
    const same = here !== undefined && !differ(settingsOf(here), settings)
    const as = same ? here.name : freeName(name, takenProfiles)
    takenProfiles.add(as.toLowerCase())
    shown.push({ name, as, act: same ? 'same' : as === name ? 'add' : 'renamed', ...powersOf(settings) })
    if (!same) profiles.push({ name: as, note, settings })
  }
  const known = new Map([...around.servers, ...servers].map(({ name, config }) => [name, config]))
  const missing = (await Promise.all(profiles.map((profile) => missingOf(profile.settings, profile.name, known, around)))).flat()
  return { report: { profiles: shown, servers: shownServers, missing, faults }, servers, profiles }
}

/** What an instance of these settings would lack here. */
export async function missingOf(
  settings: ProfileSettings,
  usedBy: string,
  servers: ReadonlyMap<string, McpServer>,
  around: Pick<Surroundings, 'hasSecret' | 'hasVariable' | 'hasFolder'>,
): Promise<ProfileImport['missing']> {
  const named = settings.savedServers.flatMap((name) => (servers.has(name) ? [[name, servers.get(name)] as const] : []))
  const all = { ...settings.mcpServers, ...Object.fromEntries(named.flatMap(([name, config]) => (config ? [[name, config]] : []))) }
  const references = allReferences({ env: settings.env, mcpServers: all })
  const folders = [...(settings.cwd === undefined ? [] : [settings.cwd]), ...settings.addDirs]
  const isThere = await Promise.all(folders.map((folder) => around.hasFolder(folder)))
  return [
    ...references
      .filter((one) => isMissing(one, around))
      .map(({ kind, name }) => ({ kind: kind === 'secret' ? ('secret' as const) : ('environment' as const), name, usedBy })),
    ...settings.savedServers.filter((name) => !servers.has(name)).map((name) => ({ kind: 'server' as const, name, usedBy })),
    ...folders.filter((_folder, index) => isThere[index] === false).map((name) => ({ kind: 'folder' as const, name, usedBy })),
  ]
}

function isMissing(
  { kind, name, fallback }: Reference,
  { hasSecret, hasVariable }: Pick<Surroundings, 'hasSecret' | 'hasVariable'>,
): boolean {
  return fallback === null && !(kind === 'secret' ? hasSecret(name) : hasVariable(name))
}

const headSchema = z.object({ format: z.string(), version: z.number() })

function readDocument(text: string): { file: ProfileFile; unknown: ProfileImport['faults'] } | { faults: ProfileImport['faults'] } {
  let value: unknown
  try {
    value = parseJsonc(text)
  } catch (thrown) {
    if (!(thrown instanceof JsonFault)) throw thrown
    return { faults: [{ place: thrown.place, message: thrown.message }] }
  }
  const head = headSchema.safeParse(value).data
  if (head?.format !== profileFormat)
    return { faults: [{ place: 'format', message: 'This isn’t a profiles file. Export one from Profiles in Bullpen.' }] }
  if (head.version > 1)
    return { faults: [{ place: 'version', message: 'This file was written by a newer Bullpen. Update this one, then import it.' }] }
  const parsed = profileFileSchema.safeParse(value)
  if (parsed.success) return { file: parsed.data, unknown: unknownIn(value) }
  return { faults: parsed.error.issues.slice(0, 20).map(({ path, message }) => ({ place: path.map(String).join('.'), message })) }
}

const entriesSchema = z.array(z.looseObject({ name: z.string() }))
const partsSchema = z.object({ profiles: entriesSchema, servers: entriesSchema.default([]) })

/** Fields that would be lost. */
function unknownIn(value: unknown): ProfileImport['faults'] {
  const { profiles = [], servers = [] } = partsSchema.safeParse(value).data ?? {}
  const lost = (place: string, entry: object, known: readonly string[]): ProfileImport['faults'] => {
    const names = Object.keys(entry).filter((name) => !known.includes(name))
    return names.length === 0
      ? []
      : [{ place, message: `Left out, because this version doesn’t know it: ${names.slice(0, 10).join(', ')}.` }]
  }
  return [
    ...profiles.flatMap((one) => lost(`profiles.${one.name}`, one, Object.keys(exportedProfileSchema.shape))),
    ...servers.flatMap((one) => lost(`servers.${one.name}`, one, ['name', 'note', 'config'])),
  ]
}

function powersOf({ permissionMode, allowedTools, env, mcpServers }: ProfileSettings) {
  const starts = Object.entries(mcpServers).map(([name, config]) => ({ name, runs: runsOf(config) }))
  return { ...(permissionMode === undefined ? {} : { permissionMode }), allowedTools, env: Object.keys(env), starts }
}

function withoutClear(settings: ProfileSettings): ProfileSettings {
  const env = { ...settings.env }
  for (const { place, suggested } of clearIn({ env, mcpServers: {} })) env[place.slice('env.'.length)] = `\${secret:${suggested}}`
  const mcpServers = Object.fromEntries(Object.entries(settings.mcpServers).map(([name, config]) => [name, withoutKeys(config, name)]))
  return { ...settings, env, mcpServers }
}

function withoutKeys(config: McpServer, name: string): McpServer {
  return hiddenIn(
    config,
    clearInServer(config, name).map(({ place }) => place),
  )
}

function runsOf(config: McpServer): string {
  return 'command' in config ? [config.command, ...(config.args ?? [])].join(' ') : config.url
}

/** The name, or with a number behind it where it is taken. */
export function freeName(wanted: string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? wanted : `${wanted.slice(0, 54)} ${number}`
    if (!taken.has(name.toLowerCase())) return name
  }
}

function freeServerName(wanted: string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? wanted : `${wanted.slice(0, 58)}-${number}`
    if (!taken.has(name.toLowerCase())) return name
  }
}
