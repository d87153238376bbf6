import { readFile, stat } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { z } from 'zod'
import type { McpServer } from '../../../shared/domain/instance.ts'
import { clearInServer } from '../../../shared/domain/likely-secret.ts'
import { readServer } from '../../../shared/domain/mcp-paste.ts'
import type { FoundServer } from '../../../shared/domain/mcp-server.ts'
import { userProject } from '../claude/user-project.ts'
import { systemCode } from '../storage/storage-error.ts'
import { hiddenIn } from '../../../shared/domain/hidden-values.ts'

/** Where Claude Code's own files are. `managedFile`: the administrator's. */
export type ClaudeFiles = { userFile: string; configFolder: string; managedFile: string }
/** One as it stands in its file, with its values. */
export type RawServer = { name: string; scope: FoundServer['scope']; file: string; plugin?: string; root?: string; value: unknown }
type Settings = { file: string; enabled: readonly string[]; disabled: readonly string[]; plugins: Readonly<Record<string, boolean>> }
type FileFault = { file: string; message: string }

const record = z.record(z.string(), z.unknown())
const names = z.array(z.string()).catch([])
const settingsSchema = z.object({
  enabledMcpjsonServers: names.default([]),
  disabledMcpjsonServers: names.default([]),
  enabledPlugins: z.record(z.string(), z.boolean()).catch({}).default({}),
})
const serversSchema = z.object({ mcpServers: record.optional().catch(undefined) })
const projectSchema = serversSchema.extend({ disabledMcpServers: names.default([]), disabledMcpjsonServers: names.default([]) })
const userSchema = serversSchema.extend({
  projects: z
    .record(z.string(), projectSchema.catch({ disabledMcpServers: [], disabledMcpjsonServers: [] }))
    .optional()
    .catch(undefined),
})
const installedSchema = z.object({ plugins: z.record(z.string(), z.array(z.object({ installPath: z.string() })).catch([])) })
/** A plugin may name files of servers instead of the servers themselves. */
const pathsSchema = z.union([
  z.string().transform((path) => [path]),
  z.array(z.unknown()).transform((all) => all.filter((path) => typeof path === 'string')),
])
const mostBytes = 20_000_000
const mostServers = 500

/** The servers that Claude Code brings along in a folder: read, never written. */
export class FoundServers {
  readonly #files: () => ClaudeFiles

  constructor(files: () => ClaudeFiles) {
    this.#files = files
  }

  /** In the order in which Claude Code prefers them. Values that look like keys are left out. Never rejects. */
  async list(cwd: string): Promise<{ found: FoundServer[]; faults: FileFault[] }> {
    const { raw, faults, states } = await this.#read(cwd)
    const first = new Map<string, RawServer>()
    for (const one of raw) if (one.scope !== 'plugin' && !first.has(one.name) && states(one) === null) first.set(one.name, one)
    const found = raw.slice(0, mostServers).map((one): FoundServer => {
      const read = readServer(one.value, '')
      const off = states(one)
      const winner = first.get(one.name)
      const state =
        off !== null
          ? { state: 'off' as const, because: off }
          : one.scope !== 'plugin' && winner !== undefined && winner !== one
            ? { state: 'shadowed' as const, because: winner.file }
            : { state: 'on' as const }
      const { name, scope, file, plugin } = one
      const said = { name, scope, file, ...(plugin === undefined ? {} : { plugin }), ...state }
      if ('faults' in read)
        return {
          ...said,
          config: null,
          hidden: [],
          fault: read.faults.map(({ place, message }) => (place === '' ? message : `${place}: ${message}`)).join(' '),
        }
      const hidden = clearInServer(read.config, name).map(({ place }) => place)
      return { ...said, config: hiddenIn(read.config, hidden), hidden }
    })
    return { found, faults }
  }

  /** One with its values; undefined: it is not there. */
  async one(
    cwd: string,
    want: { name: string; scope: FoundServer['scope']; file?: string | undefined },
  ): Promise<{ raw: RawServer; config: McpServer; notes: string[] } | undefined> {
    const { raw } = await this.#read(cwd)
    const found = raw.find(
      ({ name, scope, file }) => name === want.name && scope === want.scope && (want.file === undefined || want.file === file),
    )
    if (!found) return undefined
    const read = readServer(withRoot(found.value, found.root), '')
    return 'faults' in read ? undefined : { raw: found, config: read.config, notes: read.notes }
  }

  async #read(cwd: string): Promise<{ raw: RawServer[]; faults: FileFault[]; states: (server: RawServer) => string | null }> {
    const { userFile, configFolder, managedFile } = this.#files()
    const faults: FileFault[] = []
    const read = async (file: string): Promise<unknown> =>
      readJson(file).catch((thrown: unknown) => void faults.push({ file, message: faultWords(thrown) }))
    const user = userSchema.safeParse(await read(userFile)).data
    const project = await userProject(user?.projects, cwd)
    const settings: Settings[] = []
    for (const file of [
      join(configFolder, 'settings.json'),
      ...['settings.json', 'settings.local.json'].map((name) => join(cwd, '.claude', name)),
    ]) {
      const {
        enabledMcpjsonServers: enabled,
        disabledMcpjsonServers: disabled,
        enabledPlugins: plugins,
      } = settingsSchema.parse(record.safeParse(await read(file)).data ?? {})
      settings.push({ file, enabled, disabled, plugins })
    }
    const entries = (scope: RawServer['scope'], file: string, servers: Record<string, unknown> | undefined): RawServer[] =>
      Object.entries(servers ?? {}).map(([name, value]) => ({ name, scope, file, value }))
    const managed = await read(managedFile)
    const raw = entries('managed', managedFile, serversSchema.safeParse(managed).data?.mcpServers)
    raw.push(...entries('local', userFile, project?.mcpServers))
    for (const folder of upwards(cwd)) {
      const file = join(folder, '.mcp.json')
      raw.push(...entries('project', file, serversSchema.safeParse(await read(file)).data?.mcpServers))
    }
    raw.push(...entries('user', userFile, user?.mcpServers), ...(await pluginServers(configFolder, settings, read)))
    const offByHand = new Set(project?.disabledMcpServers)
    const states = ({ name, scope, plugin }: RawServer): string | null => {
      // Where an administrator has such a file, no other server is used.
      if (managed !== undefined && scope !== 'managed') return managedFile
      if (offByHand.has(plugin === undefined ? name : `plugin:${plugin.replace(/@.*$/, '')}:${name}`)) return userFile
      if (scope !== 'project') return null
      if (project?.disabledMcpjsonServers.includes(name)) return userFile
      return settings.findLast(({ disabled }) => disabled.includes(name))?.file ?? null
    }
    return { raw, faults, states }
  }
}

/** Those of plugins that are installed and switched on. */
async function pluginServers(
  configFolder: string,
  settings: readonly Settings[],
  read: (file: string) => Promise<unknown>,
): Promise<RawServer[]> {
  const switched = new Map(settings.flatMap(({ plugins }) => Object.entries(plugins)))
  const on = [...switched].flatMap(([plugin, isOn]) => (isOn ? [plugin] : []))
  if (on.length === 0) return []
  const installed = installedSchema.safeParse(await read(join(configFolder, 'plugins', 'installed_plugins.json'))).data?.plugins ?? {}
  const found: RawServer[] = []
  for (const plugin of on) {
    const root = installed[plugin]?.at(-1)?.installPath
    if (root === undefined) continue
    const manifest = join(root, '.claude-plugin', 'plugin.json')
    const said = await read(manifest)
    const named = z.object({ mcpServers: pathsSchema }).safeParse(said).data?.mcpServers ?? []
    const others = [...new Set(['.mcp.json', ...named].map((path) => resolve(root, path)))].filter((path) => isInside(root, path))
    const files: [string, unknown][] = [
      ...(await Promise.all(others.map(async (path): Promise<[string, unknown]> => [path, await read(path)]))),
      [manifest, said],
    ]
    for (const [file, content] of files) {
      const fields = record.safeParse(content).data ?? {}
      // A plugin's own file may also name its servers without the word above them.
      const servers = record.safeParse(fields['mcpServers']).data ?? (file === manifest || 'mcpServers' in fields ? {} : fields)
      found.push(...Object.entries(servers).map(([name, value]) => ({ name, scope: 'plugin' as const, file, plugin, root, value })))
    }
  }
  return found
}

/** The folder of its plugin, which Claude Code fills in. */
function withRoot(value: unknown, root: string | undefined): unknown {
  if (root === undefined) return value
  const filled: unknown = JSON.parse(JSON.stringify(value).replaceAll('${CLAUDE_PLUGIN_ROOT}', JSON.stringify(root).slice(1, -1)))
  return filled
}

function isInside(root: string, path: string): boolean {
  const way = relative(root, path)
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && resolve(root, way) === path
}

function upwards(folder: string): string[] {
  const parent = dirname(folder)
  return parent === folder ? [folder] : [folder, ...upwards(parent)]
}

/** Undefined: it is not there. Throws what is wrong with it. */
async function readJson(file: string): Promise<unknown> {
  try {
    const found = await stat(file)
    // A pipe would be waited for without an end.
    if (!found.isFile()) throw new TypeError('it is no file')
    if (found.size > mostBytes) throw new RangeError('it is too large')
    const value: unknown = JSON.parse((await readFile(file, 'utf8')).replace(/^\uFEFF/, ''))
    return value
  } catch (thrown) {
    const code = systemCode(thrown)
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw thrown
  }
}

function faultWords(thrown: unknown): string {
  // What a parser says may hold a piece of the file.
  if (thrown instanceof SyntaxError) return 'This file isn’t valid JSON, so its servers are not shown and Claude Code does not use them.'
  if (thrown instanceof TypeError) return 'This is not a file, so no servers are read from it.'
  if (thrown instanceof RangeError) return 'This file is too large to be read.'
  return `This file could not be read (${systemCode(thrown) ?? 'unknown'}).`
}
