import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'

export type Login = { loggedIn: boolean; account: string | null }

/** Claude Code's own file; a signed-in account is told there on every system, the secret is elsewhere. */
const stateSchema = z.object({ oauthAccount: z.object({ emailAddress: z.string() }).optional(), primaryApiKey: z.string().optional() })
const credentialsSchema = z.object({ claudeAiOauth: z.object({ accessToken: z.string() }) })

/** Where Claude Code keeps its things. */
export function configFolder(env: NodeJS.ProcessEnv): string {
  return env['CLAUDE_CONFIG_DIR'] ?? join(homeOf(env), '.claude')
}

/** Whether a `claude` with this environment would find credentials, judged by looking, not by asking anybody. */
export async function readLogin(env: NodeJS.ProcessEnv): Promise<Login> {
  const variable = variableLogin(env)
  if (variable !== null) return { loggedIn: true, account: variable }
  const stateFile = env['CLAUDE_CONFIG_DIR'] ? join(env['CLAUDE_CONFIG_DIR'], '.claude.json') : join(homeOf(env), '.claude.json')
  const state = stateSchema.safeParse(await readJson(stateFile)).data
  if (state?.oauthAccount) return { loggedIn: true, account: state.oauthAccount.emailAddress }
  if (state?.primaryApiKey) return { loggedIn: true, account: 'API key of Claude Code' }
  const credentials = credentialsSchema.safeParse(await readJson(join(configFolder(env), '.credentials.json')))
  return credentials.success ? { loggedIn: true, account: 'Claude account' } : { loggedIn: false, account: null }
}

function variableLogin(env: NodeJS.ProcessEnv): string | null {
  if (env['ANTHROPIC_API_KEY']) return 'API key (ANTHROPIC_API_KEY)'
  if (env['ANTHROPIC_AUTH_TOKEN']) return 'token (ANTHROPIC_AUTH_TOKEN)'
  if (env['CLAUDE_CODE_OAUTH_TOKEN']) return 'token (CLAUDE_CODE_OAUTH_TOKEN)'
  if (isOn(env['CLAUDE_CODE_USE_BEDROCK'])) return 'Amazon Bedrock'
  if (isOn(env['CLAUDE_CODE_USE_VERTEX'])) return 'Google Vertex AI'
  if (isOn(env['CLAUDE_CODE_USE_FOUNDRY'])) return 'Microsoft Foundry'
  return null
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0' && value !== 'false'
}

function homeOf(env: NodeJS.ProcessEnv): string {
  return env['HOME'] ?? env['USERPROFILE'] ?? homedir()
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch {
    return undefined
  }
}
