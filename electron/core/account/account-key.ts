import { createHash } from 'node:crypto'

/** Variables that decide which account Claude Code works for. */
const decides = /^(?:ANTHROPIC_|CLAUDE_CONFIG_DIR$|CLAUDE_CODE_(?:USE_|OAUTH_|API_|SKIP_))/

/** One name for all that work for the same account, as far as their own environment says. Says nothing of what the variables hold. */
export function accountKey(env: Readonly<Record<string, string>>, base: string): string {
  const own = Object.entries(env)
    .filter(([name]) => decides.test(name))
    .toSorted(([a], [b]) => a.localeCompare(b))
  if (own.length === 0) return base
  return `${base}-${createHash('sha256').update(JSON.stringify(own)).digest('hex').slice(0, 16)}`
}
