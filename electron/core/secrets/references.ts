import { AppError } from '../../../shared/app-error.ts'
import type { McpServer } from '../../../shared/domain/instance.ts'
import { fillReferences, referencesIn, textsIn, type Reference } from '../../../shared/domain/reference.ts'
import type { SecretBook } from './secret-book.ts'

/** What may hold references. */
export type Referring = { env: Record<string, string>; mcpServers: Record<string, McpServer> }

/** A text, where it stands, and whose it is, in words. */
type Place = { place: string; text: string; whose: string }
type Missing = { reference: Reference; whose: string }

export type ReferencesOptions = {
  /** What the app has inherited, with the user's profile. */
  env: () => Promise<NodeJS.ProcessEnv>
  secrets: SecretBook
}

/** Fills in `${env:NAME}` and `${secret:NAME}` right before a process starts. */
export class References {
  readonly #options: ReferencesOptions

  constructor(options: ReferencesOptions) {
    this.#options = options
  }

  /** Changes with the secrets that are named in it; null when it names none. */
  revision(config: Referring): string | null {
    const names = secretsIn(config)
    return names.length === 0 ? null : this.#options.secrets.revision(names)
  }

  /**
   * The configuration with its values. Throws SECRET_MISSING that names every reference without one and what to do, BAD_REQUEST for a
   * secret that would stand on a command line, UNAVAILABLE when the key store does not answer.
   */
  async resolve<T extends Referring>(config: T): Promise<T> {
    const places = placesOf(config)
    const used = places.flatMap(({ text, whose }) => referencesIn(text).map((reference) => ({ reference, whose })))
    if (used.length === 0) return config
    checkCommandLines(config.mcpServers)
    const values = await this.#valuesOf(used)
    const fill = (text: string) => fillReferences(text, (reference) => values.get(keyOf(reference)) ?? reference.fallback ?? '')
    return { ...config, env: mapValues(config.env, fill), mcpServers: mapValues(config.mcpServers, (server) => filled(server, fill)) }
  }

  /** Takes the values of secrets out of a text. */
  mask(text: string): string {
    return this.#options.secrets.mask(text)
  }

  async #valuesOf(used: readonly Missing[]): Promise<Map<string, string>> {
    const env = await this.#options.env()
    const values = new Map<string, string>()
    const missing: Missing[] = []
    const known = new Map(used.map((one) => [keyOf(one.reference), one]))
    await Promise.all(
      [...known].map(async ([key, one]) => {
        const { kind, name, fallback } = one.reference
        const value = kind === 'secret' ? await this.#options.secrets.value(name) : isOurs(name) ? undefined : env[name]
        if (value !== null && value !== undefined) {
          values.set(key, value)
          if (kind === 'env' && soundsSecret(name)) this.#options.secrets.remember(value)
        }
        if ((value === null || value === undefined) && fallback === null) missing.push(one)
      }),
    )
    if (missing.length > 0) throw missingError(missing)
    return values
  }
}

/** The names of the secrets that a configuration refers to, each once. */
export function secretsIn(config: Referring): string[] {
  const names = placesOf(config).flatMap(({ text }) => referencesIn(text).flatMap(({ kind, name }) => (kind === 'secret' ? [name] : [])))
  return [...new Set(names)].toSorted()
}

/** Every reference of a configuration, each once. */
export function allReferences(config: Referring): Reference[] {
  const all = placesOf(config).flatMap(({ text }) => referencesIn(text))
  return [...new Map(all.map((one) => [keyOf(one), one])).values()]
}

/** Throws BAD_REQUEST that names the place when a secret would be seen in the list of processes. */
export function checkCommandLines(servers: Readonly<Record<string, McpServer>>, at = 'mcpServers.'): void {
  for (const [name, server] of Object.entries(servers)) {
    if (!('command' in server)) continue
    for (const { place, text } of textsIn({ command: server.command, args: server.args ?? [] })) {
      if (!referencesIn(text).some(({ kind, name: of }) => kind === 'secret' || soundsSecret(of))) continue
      const field = `${at}${at === '' ? '' : `${name}.`}${place}`
      const message = `${field}: A secret here would be visible in the list of processes. Put it into “env” of the server ${name}, and have the program read it from there.`
      throw new AppError('BAD_REQUEST', message, { data: { field } })
    }
  }
}

function soundsSecret(name: string): boolean {
  return /(?:^|_)(?:KEY|APIKEY|TOKEN|SECRET|PASSWORD|PASSWD|PAT|CREDENTIALS?)$/i.test(name)
}

function placesOf({ env, mcpServers }: Referring): Place[] {
  return [
    ...textsIn(env, 'env').map((one) => ({ ...one, whose: `the variable ${one.place.slice('env.'.length)}` })),
    ...Object.entries(mcpServers).flatMap(([name, server]) =>
      textsIn(server, `mcpServers.${name}`).map((one) => ({ ...one, whose: `the MCP server ${name}` })),
    ),
  ]
}

function filled(server: McpServer, fill: (text: string) => string): McpServer {
  if ('command' in server) {
    const { args, env } = server
    return {
      ...server,
      command: fill(server.command),
      ...(args === undefined ? {} : { args: args.map(fill) }),
      ...(env === undefined ? {} : { env: mapValues(env, fill) }),
    }
  }
  const { headers } = server
  return { ...server, url: fill(server.url), ...(headers === undefined ? {} : { headers: mapValues(headers, fill) }) }
}

function mapValues<T>(record: Readonly<Record<string, T>>, change: (value: T) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]))
}

function keyOf({ kind, name, fallback }: Reference): string {
  return `${kind}:${name}:${fallback ?? ''}`
}

function isOurs(name: string): boolean {
  return name.toUpperCase().startsWith('BULLPEN_')
}

function missingError(missing: readonly Missing[]): AppError {
  const words = missing.toSorted((a, b) => a.reference.name.localeCompare(b.reference.name)).map(wordsOf)
  const names = missing.map(({ reference: { kind, name } }) => `${kind}:${name}`)
  return new AppError('SECRET_MISSING', words.join(' '), { data: { missing: names } })
}

function wordsOf({ reference: { kind, name }, whose }: Missing): string {
  if (kind === 'secret')
    return `The secret ${name} is not set; ${whose} needs it. Set it under Servers & profiles › Secrets, then start again.`
  if (isOurs(name)) return `${name} is Bullpen’s own and is passed to nobody; ${whose} asks for it. Use another variable.`
  return `The environment variable ${name} is not set; ${whose} needs it. Set it where Bullpen is started, then restart Bullpen, or keep it as a secret: \${secret:${name}}.`
}
