import { readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { userProject } from './user-project.ts'

/** A variable that the configuration of an MCP server names as `${NAME}`; `optional`: with a default, `${NAME:-default}`. */
export type NamedVariable = { name: string; server: string; optional: boolean }

const serversSchema = z.object({ mcpServers: z.record(z.string(), z.unknown()).optional().catch(undefined) })
const userSchema = serversSchema.extend({ projects: z.record(z.string(), serversSchema.catch({})).optional().catch(undefined) })

/**
 * What the MCP servers that Claude Code starts in a folder ask for: those of `.mcp.json` there and above, those of the user's own file,
 * and those of the instance. Files that are not there or cannot be read name nothing. Each variable once.
 */
export async function variablesOfServers(
  folder: string,
  userFile: string,
  own: Readonly<Record<string, unknown>>,
): Promise<NamedVariable[]> {
  const projects = await Promise.all(upwards(folder).map((each) => readJson(join(each, '.mcp.json'))))
  const user = userSchema.safeParse(await readJson(userFile)).data
  const groups = [
    ...projects.map((project) => serversSchema.safeParse(project).data?.mcpServers ?? {}),
    user?.mcpServers ?? {},
    (await userProject(user?.projects, folder))?.mcpServers ?? {},
    own,
  ]
  const found = new Map<string, NamedVariable>()
  for (const servers of groups) {
    for (const [server, config] of Object.entries(servers)) {
      for (const variable of variablesIn(config, server)) {
        const known = found.get(variable.name)
        if (!known || (known.optional && !variable.optional)) found.set(variable.name, variable)
      }
    }
  }
  return [...found.values()]
}

function variablesIn(config: unknown, server: string): NamedVariable[] {
  const text = JSON.stringify(config) ?? ''
  return [...text.matchAll(/\$\{([A-Za-z_][A-Za-z0-9_]*)(?:(:-)|\})/g)].map(([, name = '', rest]) => ({
    name,
    server,
    optional: rest !== undefined,
  }))
}

function upwards(folder: string): string[] {
  const folders = [folder]
  for (let at = folder; dirname(at) !== at; at = dirname(at)) folders.push(dirname(at))
  return folders
}

async function readJson(path: string): Promise<unknown> {
  try {
    // Nobody may ever write into a pipe of that name.
    if (!(await stat(path)).isFile()) return undefined
    return JSON.parse((await readFile(path, 'utf8')).replace(/^\uFEFF/, ''))
  } catch {
    return undefined
  }
}
