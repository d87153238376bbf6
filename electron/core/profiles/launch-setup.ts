import { AppError } from '../../../shared/app-error.ts'
import type { InstanceConfig, McpServer } from '../../../shared/domain/instance.ts'
import { referencesIn } from '../../../shared/domain/reference.ts'
import { checkCommandLines, type References } from '../secrets/references.ts'
import type { SavedServers } from '../servers/saved-servers.ts'

/** What an instance is started with beyond its own configuration. */
export type Expanded = {
  /** Its own and those that it names. */
  mcpServers: Record<string, McpServer>
  /** Changes with the secrets that it refers to; absent when it refers to none. */
  secrets?: string
  /** Saved servers that it names and that are gone. */
  goneServers?: string[]
}

type Named = Pick<InstanceConfig, 'env' | 'mcpServers' | 'savedServers'>

/** Fills in what a configuration names, but never a secret's value. */
export class LaunchSetup {
  readonly #servers: SavedServers
  readonly #references: References

  constructor(servers: SavedServers, references: References) {
    this.#servers = servers
    this.#references = references
  }

  readonly expand = ({ env, mcpServers: own, savedServers }: Named): Expanded => {
    const { servers, gone } = this.#servers.configsOf(savedServers)
    const mcpServers = savedServers.length === 0 ? own : { ...servers, ...own }
    const secrets = this.#references.revision({ env, mcpServers })
    return { mcpServers, ...(secrets === null ? {} : { secrets }), ...(gone.length === 0 ? {} : { goneServers: gone }) }
  }

  /** Throws BAD_REQUEST for saved servers that are not there or whose name the instance has given to one of its own, and for a secret on a command line. */
  readonly check = ({ env, mcpServers, savedServers }: Named): void => {
    for (const name of ['CLAUDE_CONFIG_DIR', 'HOME'])
      if (referencesIn(env[name] ?? '').some(({ kind }) => kind === 'secret'))
        throw new AppError('BAD_REQUEST', `env.${name}: A folder can’t be a secret. Write its path, or \${env:NAME}.`, {
          data: { field: `env.${name}` },
        })
    const { gone } = this.#servers.configsOf(savedServers)
    const [first] = gone
    if (first !== undefined)
      throw new AppError('BAD_REQUEST', `savedServers: There is no saved MCP server “${first}”. Add it under Servers & profiles first.`, {
        data: { field: 'savedServers' },
      })
    const twice = savedServers.find((name) => Object.hasOwn(mcpServers, name))
    if (twice !== undefined)
      throw new AppError('BAD_REQUEST', `savedServers: The instance has an MCP server “${twice}” of its own already. Rename one of them.`, {
        data: { field: 'savedServers' },
      })
    checkCommandLines(mcpServers)
  }
}
