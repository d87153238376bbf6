import type { McpServerStatus, Query } from '@anthropic-ai/claude-agent-sdk'
import { z } from 'zod'
import { accountInfoSchema, type AccountInfo, type LimitWindow } from '../../../shared/domain/account.ts'
import { AppError } from '../../../shared/app-error.ts'
import type { BackgroundOutput } from '../../../shared/domain/background.ts'
import {
  effortSchema,
  type AgentInfo,
  type CommandInfo,
  type ContextUsage,
  type Effort,
  type McpAction,
  type McpServerInfo,
  type ModelInfo,
} from '../../../shared/domain/claude-info.ts'
import { permissionModeSchema, type PermissionMode } from '../../../shared/domain/instance.ts'
import { usageWindows } from './account-answer.ts'
import { commandInfo } from './command-info.ts'
import { identityOf } from './server-identity.ts'

/** How long a process may take for an answer; the first one after its start may have to wait for MCP servers. */
const answerMs = 15_000
const longestText = 2_000
const longestOutput = 100_000
const mostItems = 2_000
const mostCommands = 10_000

const settingsSchema = z.object({
  effective: z
    .object({ fastMode: z.boolean().optional().catch(undefined), permissions: z.unknown() })
    .partial()
    .default({})
    .catch({}),
  applied: z.object({ model: z.string().nullish(), effort: z.unknown() }).loose(),
})
const permissionsSchema = z.object({ defaultMode: permissionModeSchema })
const filesSchema = z.object({ response: z.object({ suggestions: z.array(z.object({ path: z.string() })) }) })
const cancelledSchema = z.object({ response: z.object({ cancelled: z.boolean() }) })
const outputSchema = z.object({ response: z.object({ output: z.string(), total_bytes: z.number(), truncated: z.boolean() }) })
const signInSchema = z.object({ authUrl: z.string().optional(), error: z.string().optional() })

/** What is in force in a process; null where Claude Code does not say. */
export type Applied = {
  model: string | null
  effort: Effort | null
  fastMode: boolean
  /** The mode that the user's and the project's own settings ask for. */
  ownMode: PermissionMode
}

/**
 * What a running `claude` can be asked and told beside prompts, without a new process. Each call throws STATE_CONFLICT when the process
 * has no session yet or does not answer, with Claude Code's reason where it gives one.
 */
export class Controls {
  readonly #query: () => Query | null

  constructor(query: () => Query | null) {
    this.#query = query
  }

  /** The models that the account has, in Claude Code's order. */
  async models(): Promise<ModelInfo[]> {
    const models = await this.#ask('its models', (query) => query.supportedModels())
    return models.slice(0, mostItems).map((model) => ({
      value: model.value,
      ...(model.resolvedModel === undefined ? {} : { resolvedModel: model.resolvedModel }),
      displayName: model.displayName,
      description: clipped(model.description),
      efforts: model.supportsEffort ? (model.supportedEffortLevels ?? []) : [],
      fastMode: model.supportsFastMode === true,
      autoMode: model.supportsAutoMode === true,
    }))
  }

  /** The slash commands and skills of its folder, as Claude Code lists them. */
  async commands(): Promise<CommandInfo[]> {
    const commands = await this.#ask('its commands', (query) => query.supportedCommands())
    return commands.slice(0, mostCommands).map(commandInfo)
  }

  /** The sub-agents that it can call. */
  async agents(): Promise<AgentInfo[]> {
    const agents = await this.#ask('its agents', (query) => query.supportedAgents())
    return agents.slice(0, mostItems).map(({ name, description, model }) => ({
      name,
      description: clipped(description),
      ...(model === undefined ? {} : { model }),
    }))
  }

  /** What fills its context. Estimated from what was said last: asking costs no request to the model. */
  async context(): Promise<ContextUsage> {
    const usage = await this.#ask('its context', (query) => query.getContextUsage({ detail: 'summary' }))
    return {
      model: usage.model,
      totalTokens: usage.totalTokens,
      maxTokens: usage.maxTokens,
      percentage: usage.percentage,
      categories: usage.categories.map(({ id, name, tokens, kind }) => ({ id: id ?? null, name, tokens, kind })),
      memoryFiles: usage.memoryFiles.slice(0, mostItems).map(({ path, tokens }) => ({ path, tokens })),
      mcpTools: usage.mcpTools.slice(0, mostItems).map(({ name, serverName, tokens }) => ({ name, server: serverName, tokens })),
      autoCompactAt: usage.isAutoCompactEnabled ? (usage.autoCompactThreshold ?? null) : null,
    }
  }

  /** Its MCP servers, with their tools. */
  async servers(): Promise<McpServerInfo[]> {
    const servers = await this.#ask('its MCP servers', (query) => query.mcpServerStatus())
    return servers.slice(0, mostItems).map(serverInfo)
  }

  /** Connects an MCP server anew, or switches it on or off for this session. Throws STATE_CONFLICT with the reason. */
  async server(name: string, action: McpAction): Promise<void> {
    await this.#ask(`to ${action} ${name}`, (query) =>
      action === 'reconnect' ? query.reconnectMcpServer(name) : query.toggleMcpServer(name, action === 'enable'),
    )
  }

  /** Begins the sign-in to an MCP server: answers the address that the user has to open, null when none is needed. Claude Code waits for the rest itself. */
  async signIn(name: string): Promise<string | null> {
    const answer = await this.#undocumented('to sign in', 'mcpAuthenticate', [name], signInSchema)
    if (answer.error !== undefined) throw new AppError('STATE_CONFLICT', `${name} doesn’t support sign-in: ${clipped(answer.error)}`)
    return answer.authUrl ?? null
  }

  /** From the next request on, also of a turn that runs. `null`: Claude Code's own default. A name that does not exist is taken all the same. */
  async setModel(model: string | null): Promise<void> {
    await this.#ask('for another model', (query) => query.setModel(model ?? undefined))
  }

  /** From the next tool on. Throws STATE_CONFLICT where the session may not use the mode. */
  async setMode(mode: PermissionMode): Promise<void> {
    await this.#ask('for another permission mode', (query) => query.setPermissionMode(mode))
  }

  /** From the next request on; null: the model's default. */
  async setEffort(effort: Effort | null): Promise<void> {
    await this.#ask('for another effort', (query) => query.applyFlagSettings({ effortLevel: effort }))
  }

  /** From the next request on. */
  async setFastMode(on: boolean | null): Promise<void> {
    await this.#ask('for fast mode', (query) => query.applyFlagSettings({ fastMode: on }))
  }

  /** Ends the running turn, and takes back the messages that wait in Claude Code's own queue. */
  async interrupt(): Promise<void> {
    await this.#undocumented('to stop', 'request', [{ subtype: 'interrupt', cancel_queued: true }], z.unknown())
  }

  /** Takes a message back from Claude Code's own queue; false when it is not there any more. */
  async cancelMessage(uuid: string): Promise<boolean> {
    const request = { subtype: 'cancel_async_message', message_uuid: uuid }
    return (await this.#undocumented('to take a message back', 'request', [request], cancelledSchema)).response.cancelled
  }

  /** What is in force now. */
  async applied(): Promise<Applied> {
    const { applied, effective } = await this.#undocumented('its settings', 'getSettings', [], settingsSchema)
    return {
      model: applied.model ?? null,
      effort: effortSchema.safeParse(applied.effort).data ?? null,
      fastMode: effective.fastMode === true,
      ownMode: permissionsSchema.safeParse(effective.permissions).data?.defaultMode ?? 'default',
    }
  }

  /** Whom it works for. */
  async account(): Promise<AccountInfo> {
    const { email, organization, subscriptionType, apiKeySource, tokenSource, apiProvider } = await this.#ask('for its account', (query) =>
      query.accountInfo(),
    )
    const known = { email, organization, subscription: subscriptionType, apiKeySource, tokenSource, provider: apiProvider }
    const said = Object.entries(known).filter(([, value]) => value !== undefined && value !== 'none')
    return accountInfoSchema.parse(Object.fromEntries(said.map(([name, value]) => [name, clipped(String(value))])))
  }

  /** How much of its plan's limits is used; empty where it has none, as with an API key. */
  async limits(): Promise<LimitWindow[]> {
    return usageWindows(
      await this.#ask('for its limits', (query) =>
        query.usage_EXPERIMENTAL_MAY_CHANGE_DO_NOT_RELY_ON_THIS_API_YET({ skipBehaviors: true }),
      ),
    )
  }

  /** Files and folders of its folder that fit `query`, ranked as Claude Code does; the first call builds its index and may find nothing. */
  async files(query: string): Promise<string[]> {
    const { response } = await this.#undocumented('for files', 'request', [{ subtype: 'file_suggestions', query }], filesSchema)
    return response.suggestions.slice(0, mostItems).map(({ path }) => path)
  }

  /** The end of what a command or monitor in the background has written. Throws STATE_CONFLICT for any other task. */
  async taskOutput(taskId: string): Promise<BackgroundOutput> {
    const { response } = await this.#undocumented('for output', 'request', [{ subtype: 'get_task_output', task_id: taskId }], outputSchema)
    const { output, total_bytes: totalBytes, truncated } = response
    const isLong = output.length > longestOutput
    return { output: isLong ? output.slice(-longestOutput) : output, totalBytes, truncated: truncated || isLong }
  }

  /** Calls of the SDK that its types do not have. */
  async #undocumented<T>(what: string, method: string, args: readonly unknown[], schema: z.ZodType<T>): Promise<T> {
    const answer = await this.#ask(what, (query): Promise<unknown> => {
      const call: unknown = Reflect.get(query, method)
      if (typeof call !== 'function') return Promise.reject(new Error('this version of Claude Code cannot do that'))
      return Promise.resolve(Reflect.apply(call, query, args))
    })
    const parsed = schema.safeParse(answer)
    if (!parsed.success) throw refused(what, 'it sent a response Bullpen doesn’t understand')
    return parsed.data
  }

  async #ask<T>(what: string, call: (query: Query) => Promise<T>): Promise<T> {
    const query = this.#query()
    if (query === null) throw refused(what, 'it is not in a session yet')
    const { promise: late, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(() => reject(new Error(`it did not answer within ${answerMs / 1_000} s`)), answerMs)
    try {
      return await Promise.race([call(query), late])
    } catch (thrown) {
      throw refused(what, thrown instanceof Error ? thrown.message : String(thrown))
    } finally {
      clearTimeout(timer)
    }
  }
}

function refused(what: string, reason: string): AppError {
  return new AppError('STATE_CONFLICT', `Claude was asked ${what} and could not answer: ${clipped(reason)}. Try again in a moment.`)
}

function clipped(text: string): string {
  return text.length > longestText ? `${text.slice(0, longestText)}…` : text
}

function serverInfo({ name, status, error, serverInfo: info, source, scope, config, tools = [] }: McpServerStatus): McpServerInfo {
  const from = source ?? scope ?? ''
  const identity = config === undefined ? null : identityOf(config, from)
  return {
    name,
    status,
    ...(error ? { error: clipped(error) } : {}),
    ...(info ? { version: info.version } : {}),
    ...(from === '' ? {} : { source: from }),
    ...(identity === null ? {} : { identity }),
    tools: tools.slice(0, mostItems).map((tool) => ({ name: tool.name, description: clipped(tool.description ?? '') })),
  }
}
