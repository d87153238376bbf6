import type { Conversation } from '../../../shared/domain/conversation.ts'
import type { Instance } from '../../../shared/domain/instance.ts'
import { modelWords } from '../../words/composer-words.ts'
import { effortWords } from '../../words/live-words.ts'
import { wayWords } from '../../words/ways.ts'
import { permissionWords } from '../../words/permission-modes.ts'
import { formatClock, formatCost, formatCount, formatDuration, formatSeconds, plural, shortPath } from '../../words/figures.ts'

export type Fact = { name: string; value: string; code?: boolean }
export type FactGroup = { title: string; facts: readonly Fact[] }

type Surroundings = {
  now: number
  home: string | null
  conversations: readonly Conversation[]
  /** Whether these are all its conversations. */ complete: boolean
}

/** All there is to know about an instance, in groups; what does not apply is left out. */
export function instanceFacts(instance: Instance, around: Surroundings): FactGroup[] {
  return [
    { title: 'Now', facts: nowFacts(instance, around) },
    { title: 'Configuration', facts: setFacts(instance, around) },
    { title: 'Usage', facts: pastFacts(instance, around) },
  ]
}

const origins = { cold: 'new process', spare: 'from a spare', resumed: 'resumed session', warm: 'kept warm' }

function nowFacts({ process, busySince, activity, queued, approvals, stalledSince }: Instance, { now }: Surroundings): Fact[] {
  return some([
    ['Activity', busySince === null ? null : `${activity ?? 'Working'} · ${formatClock(now - Date.parse(busySince))}`],
    ['No output for', stalledSince === null ? null : formatClock(now - Date.parse(stalledSince))],
    ['Approvals', approvals > 0 ? String(approvals) : null],
    ['Queued messages', queued > 0 ? String(queued) : null],
    ['Process', process ? `${process.pid} · ${origins[process.origin]}` : 'none'],
    ['Uptime', process ? formatSeconds(now - Date.parse(process.startedAt)) : null],
    ['Memory', process?.memoryMb ? `${Math.round(process.memoryMb)} MB including tools` : null],
  ])
}

function setFacts(instance: Instance, { home }: Surroundings): Fact[] {
  const { cwd, addDirs, model, permissionMode, allowedTools, disallowedTools, mcpServers, env, turnTimeoutSeconds, savedServers, effort } =
    instance
  const prompts = [instance.systemPrompt ? 'custom system prompt' : null, instance.appendSystemPrompt ? 'added to Claude Code’s' : null]
  const short = (path: string) => shortPath(path, { home })
  return some(
    [
      ['Folder', short(cwd)],
      ['Additional folders', listed(addDirs.map(short))],
      ['Model', modelWords(instance.process?.model ?? model) ?? 'Claude Code’s default'],
      ['Effort', effort === undefined ? null : effortWords(effort)],
      ['Permissions', permissionWords(permissionMode)],
      ['Allowed tools', listed(allowedTools)],
      ['Denied tools', listed(disallowedTools)],
      ['Instructions', listed(prompts.filter((part) => part !== null))],
      ['MCP servers', listed([...savedServers, ...Object.keys(mcpServers)])],
      ['Environment', listed(Object.keys(env))],
      ['Labels', listed(instance.tags)],
      ['Created by', instance.madeBy === 'pool' ? 'the pool, and removed when unused for long' : null],
      ['Turn timeout', turnTimeoutSeconds === undefined ? null : formatDuration(turnTimeoutSeconds * 1_000)],
      ['Way of working', wayWords(instance.way)],
      ['Keep running', instance.pinned ? 'never parked to save memory' : null],
    ],
    ['Folder', 'Additional folders', 'Allowed tools', 'Denied tools', 'Environment'],
  )
}

function pastFacts(instance: Instance, { conversations, complete }: Surroundings): Fact[] {
  const least = complete ? '' : 'at least '
  const current = conversations.find(({ id }) => id === instance.conversationId)
  const turns = sum(conversations.map(({ turnCount }) => turnCount))
  const tokens = sum(conversations.map(({ usage }) => usage.input + usage.cacheRead + usage.cacheWrite))
  const out = sum(conversations.map(({ usage }) => usage.output))
  const { skippedLines } = instance
  return some(
    [
      ['Conversations', conversations.length > 0 ? `${least}${conversations.length} · ${plural(turns, 'turn')}` : 'none yet'],
      ['Tokens in / out', turns > 0 ? `${least}${formatCount(tokens)} / ${formatCount(out)}` : null],
      ['Cost', turns > 0 ? costWords(conversations, least) : null],
      ['Session', current?.sessionId ?? null],
      ['Skipped output', skippedLines > 0 ? `${plural(skippedLines, 'line')} couldn’t be read` : null],
      ['Created', new Date(instance.createdAt).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })],
    ],
    ['Session'],
  )
}

/** A sum that leaves something out says so. */
function costWords(conversations: readonly Conversation[], least: string): string {
  const known = conversations.flatMap(({ costUsd, turnCount }) => (costUsd === null || turnCount === 0 ? [] : [costUsd]))
  const unknown = conversations.some(({ costUsd, turnCount }) => costUsd === null && turnCount > 0)
  if (known.length === 0) return formatCost(null)
  return `${least}${formatCost(sum(known))}${unknown ? ' plus turns of unknown cost' : ''}`
}

function some(facts: readonly [string, string | null][], codes: readonly string[] = []): Fact[] {
  return facts.flatMap(([name, value]) => (value === null ? [] : [{ name, value, ...(codes.includes(name) ? { code: true } : {}) }]))
}

function listed(parts: readonly string[]): string | null {
  return parts.length === 0 ? null : parts.join(', ')
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}
