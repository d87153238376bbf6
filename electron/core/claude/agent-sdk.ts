import type { prewarm, query } from '@anthropic-ai/claude-agent-sdk'

/** What is used of it. */
export type AgentSdk = { query: typeof query; prewarm: typeof prewarm }

let loading: Promise<AgentSdk> | null = null

/** The Agent SDK, which takes a while to load: at its first use, or when somebody asks for it before. */
export function agentSdk(): Promise<AgentSdk> {
  loading ??= import('@anthropic-ai/claude-agent-sdk')
  return loading
}
