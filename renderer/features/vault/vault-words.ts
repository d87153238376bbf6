import type { VaultSession, VaultStatus } from '../../../shared/domain/vault.ts'
import { formatBytes, plural } from '../../words/figures.ts'

const dayMs = 86_400_000

/** What Claude Code does with a session, as short as a column takes it. */
export function fateWords({ isInClaude, deletedByClaudeAt }: VaultSession, now = Date.now()): string {
  if (!isInClaude) return 'only in vault'
  if (deletedByClaudeAt === null) return 'kept'
  const days = Math.ceil((Date.parse(deletedByClaudeAt) - now) / dayMs)
  if (days <= 0) return 'on next launch'
  return days === 1 ? 'in 1 day' : `in ${days} days`
}

/** The same as a sentence. */
export function fateSentence(session: VaultSession, now = Date.now()): string {
  const { isInClaude, deletedByClaudeAt } = session
  if (!isInClaude) return 'Claude Code has deleted it. The vault has a full copy: restore it to resume it with Claude Code.'
  if (deletedByClaudeAt === null) return 'Claude Code keeps it until you delete it there.'
  const date = new Date(deletedByClaudeAt)
  if (date.getTime() <= now) return 'Claude Code deletes it the next time it starts. The vault keeps its copy.'
  const day = date.toLocaleDateString(undefined, { day: 'numeric', month: 'long', year: 'numeric' })
  return `Claude Code deletes it from ${day} onward unless it’s used. The vault keeps its copy.`
}

/** How urgent that is: for a colour beside the words. */
export function fateTone({ isInClaude, deletedByClaudeAt }: VaultSession, now = Date.now()): 'gone' | 'soon' | 'calm' {
  if (!isInClaude) return 'gone'
  return deletedByClaudeAt !== null && Date.parse(deletedByClaudeAt) - now < 7 * dayMs ? 'soon' : 'calm'
}

/** Under the title. */
export function sessionWords({ messageCount, agentCount, bytes, parentSessionId, source, inTrash }: VaultSession): string {
  return [
    plural(messageCount, 'message'),
    agentCount > 0 ? plural(agentCount, 'sub-agent') : null,
    formatBytes(bytes),
    parentSessionId === null ? null : 'a fork',
    source === 'demo' ? 'demo model' : null,
    inTrash ? 'its conversation is in the trash' : null,
  ]
    .filter((part) => part !== null)
    .join(' · ')
}

/** Where Claude Code's history lies and for how long. */
export function sourceWords({ sources }: VaultStatus): string {
  const [own] = sources
  if (!own) return ''
  if (!own.readable) return `${own.folder} can’t be read. Change its permissions, then press Scan now.`
  const kept = own.keepsDays === 0 ? 'keeps everything' : `deletes sessions unused for ${plural(own.keepsDays, 'day')}`
  const others = sources.filter(({ name }) => name.startsWith('claude-')).length
  const also =
    others === 0 ? '' : ` So is what ${plural(others, 'other Claude Code folder')} of your instances ${others === 1 ? 'holds' : 'hold'}.`
  return `Claude Code ${kept}. Bullpen keeps a copy of everything.${also}`
}

/** How much there is, and what that takes where it is compressed. */
export function sumWords({ sessions, bytes, diskBytes }: VaultStatus): string {
  const disk = formatBytes(diskBytes) === formatBytes(bytes) ? null : `${formatBytes(diskBytes)} on the disk`
  return [plural(sessions, 'session'), formatBytes(bytes), disk].filter((part) => part !== null).join(' · ')
}
