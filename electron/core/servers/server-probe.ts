import { randomUUID } from 'node:crypto'
import { homedir } from 'node:os'
import { z } from 'zod'
import type { McpServer } from '../../../shared/domain/instance.ts'
import type { ServerTest } from '../../../shared/domain/mcp-server.ts'
import type { ProcessRecords } from '../claude/process-records.ts'
import { HttpLink, NeedsSignIn, SseLink } from './http-links.ts'
import { JsonRpc, type Link } from './json-rpc.ts'
import { ProgramLink } from './program-link.ts'

export type ProbeOptions = {
  records: ProcessRecords
  version: string
  /** The environment that Claude Code would start a server in, with the marker. */
  environment: (cwd: string, servers: Record<string, McpServer>, marker: string) => Promise<Record<string, string>>
  /** Takes secrets out of a text. */
  mask: (text: string) => string
}

export type ProbeRequest = { name: string; config: McpServer; cwd?: string | undefined; timeoutSeconds: number }

const protocol = '2025-06-18'
const mostTools = 200
const mostPages = 20
const initializedSchema = z.object({
  protocolVersion: z.string(),
  capabilities: z.object({ tools: z.unknown().optional() }).catch({}).default({}),
  serverInfo: z
    .object({ name: z.string(), version: z.string().catch('') })
    .optional()
    .catch(undefined),
})
const toolsSchema = z.object({
  tools: z.array(
    z.object({
      name: z.string(),
      description: z.string().optional().catch(undefined),
      annotations: z.object({ readOnlyHint: z.boolean().optional() }).optional().catch(undefined),
    }),
  ),
  nextCursor: z.string().optional().catch(undefined),
})

class TimeIsUp extends Error {
  override readonly name = 'TimeIsUp'
}

type Found = Pick<ServerTest, 'server' | 'protocol' | 'tools' | 'toolsOmitted'>

/** Tries servers: really connects, lists the tools, and leaves nothing running. */
export class ServerProbe {
  readonly #options: ProbeOptions
  /** Tests that are under way, to be ended with the app. */
  readonly #running = new Set<AbortController>()

  constructor(options: ProbeOptions) {
    this.#options = options
  }

  /**
   * `config`: with its references filled in. What is wrong with the server is answered, not thrown. `signal`: who asked has gone; what was
   * started is ended at once.
   */
  async test(request: ProbeRequest, signal?: AbortSignal): Promise<ServerTest> {
    const began = performance.now()
    const abort = new AbortController()
    this.#running.add(abort)
    const timer = setTimeout(() => abort.abort(new TimeIsUp()), request.timeoutSeconds * 1_000)
    const stop = () => abort.abort()
    if (signal?.aborted) stop()
    signal?.addEventListener('abort', stop, { once: true })
    const rpc = new JsonRpc()
    const opening = this.#open(request, rpc, abort.signal)
    let answer: Omit<ServerTest, 'output' | 'ended' | 'milliseconds'>
    try {
      const found = await Promise.race([opening.then((link) => this.#talk(rpc, link)), aborted(abort.signal)])
      answer = { works: true, state: 'works', message: worksWords(found), ...found }
    } catch (thrown) {
      answer = this.#failure(thrown, abort.signal, request)
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', stop)
      this.#running.delete(abort)
      abort.abort()
    }
    // Also one that was only just being opened when the time was up.
    const link = await opening.catch(() => null)
    return { ...answer, ...(await this.#end(link, answer)), milliseconds: Math.round(performance.now() - began) }
  }

  close(): void {
    for (const abort of this.#running) abort.abort()
  }

  async #open({ name, config, cwd = homedir() }: ProbeRequest, rpc: JsonRpc, signal: AbortSignal): Promise<Link> {
    const link = 'command' in config ? await this.#program({ name, config, cwd }, rpc, signal) : await remote(config, rpc, signal)
    rpc.use(link)
    return link
  }

  async #program(
    { name, config, cwd }: { name: string; config: Extract<McpServer, { command: string }>; cwd: string },
    rpc: JsonRpc,
    signal: AbortSignal,
  ): Promise<ProgramLink> {
    const marker = randomUUID()
    const inherited = await this.#options.environment(cwd, { [name]: config }, marker)
    const env = { ...inherited, ...config.env }
    signal.throwIfAborted()
    const { records } = this.#options
    return ProgramLink.open({ command: config.command, args: config.args ?? [], cwd, env, marker, records }, rpc.events)
  }

  async #talk(rpc: JsonRpc, link: Link): Promise<Found> {
    const params = { protocolVersion: protocol, capabilities: {}, clientInfo: { name: 'bullpen', version: this.#options.version } }
    const hello = initializedSchema.safeParse(await rpc.ask('initialize', params))
    if (!hello.success) throw new Error('its answer is no MCP answer')
    const { protocolVersion, capabilities, serverInfo } = hello.data
    link.agreed?.(protocolVersion)
    await rpc.tell('notifications/initialized')
    const all = capabilities.tools === undefined ? [] : await allTools(rpc)
    const { mask } = this.#options
    const tools = all.slice(0, mostTools).map(({ name, description, annotations }) => ({
      name: mask(name).slice(0, 200),
      ...(description === undefined ? {} : { description: mask(description).slice(0, 500) }),
      ...(annotations?.readOnlyHint === true ? { readOnly: true } : {}),
    }))
    const server = serverInfo ? { name: mask(serverInfo.name).slice(0, 200), version: mask(serverInfo.version).slice(0, 100) } : null
    return {
      server,
      protocol: protocolVersion.slice(0, 100),
      tools,
      ...(all.length > mostTools ? { toolsOmitted: all.length - mostTools } : {}),
    }
  }

  #failure(
    thrown: unknown,
    { aborted: isOver, reason }: AbortSignal,
    { config, timeoutSeconds }: ProbeRequest,
  ): Omit<ServerTest, 'output' | 'ended' | 'milliseconds'> {
    const nothing = { works: false, server: null, protocol: null, tools: [] }
    if (thrown instanceof NeedsSignIn) {
      const hasKey = 'headers' in config && Object.keys(config.headers ?? {}).length > 0
      const advice = hasKey
        ? 'Check the key in its headers, or leave them out to sign in with the browser.'
        : 'Save it, then sign in from “MCP servers” of a conversation.'
      return { ...nothing, state: 'needs-auth', message: `The server answers and wants you to sign in. ${advice}` }
    }
    if (isOver && !(reason instanceof TimeIsUp)) return { ...nothing, state: 'failed', message: 'The test was stopped.' }
    if (isOver)
      return {
        ...nothing,
        state: 'timeout',
        message: `No answer within ${timeoutSeconds} s, so it was ended. A first start may take longer: allow more time, or run it once in a terminal.`,
      }
    const why = this.#options.mask(thrown instanceof Error ? thrown.message : String(thrown))
    return { ...nothing, state: 'failed', message: `It does not work: ${why}.` }
  }

  async #end(link: Link | null, answer: { message: string }): Promise<Pick<ServerTest, 'output' | 'ended' | 'message'>> {
    const ended = link instanceof ProgramLink ? link.ended : null
    const gone = (await link?.close()) ?? true
    const output = link instanceof ProgramLink ? this.#options.mask(link.output) : ''
    const message = gone ? answer.message : `${answer.message} Some of its processes could not be ended; they may still be running.`
    return { output, ended, message }
  }
}

async function remote(config: Extract<McpServer, { url: string }>, rpc: JsonRpc, signal: AbortSignal): Promise<Link> {
  const options = { url: config.url, headers: config.headers ?? {}, signal }
  return config.type === 'http' ? new HttpLink(options, rpc.events) : SseLink.open(options, rpc.events)
}

async function allTools(rpc: JsonRpc): Promise<z.infer<typeof toolsSchema>['tools']> {
  const found: z.infer<typeof toolsSchema>['tools'] = []
  let cursor: string | undefined
  for (let page = 0; page < mostPages; page += 1) {
    const listed = toolsSchema.safeParse(await rpc.ask('tools/list', cursor === undefined ? {} : { cursor }))
    if (!listed.success) throw new Error('its list of tools cannot be read')
    for (const tool of listed.data.tools) found.push(tool)
    cursor = listed.data.nextCursor
    if (cursor === undefined || cursor === '') break
  }
  return found
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const end = () => reject(new Error('no answer came in time'))
    if (signal.aborted) end()
    else signal.addEventListener('abort', end, { once: true })
  })
}

function worksWords({ tools, toolsOmitted = 0 }: Found): string {
  const count = tools.length + toolsOmitted
  return count === 0 ? 'It works. It has no tools.' : `It works. It has ${count.toLocaleString('en')} tool${count === 1 ? '' : 's'}.`
}
