import { AppError } from '../../../shared/app-error.ts'
import type { Exchange } from '../../../shared/domain/aside.ts'
import type { Conversation } from '../../../shared/domain/conversation.ts'
import type { Claude } from '../claude/claude.ts'
import type { ConversationStore } from '../conversations/conversation-store.ts'
import type { Forks } from '../pool/forks.ts'

export type KeepDeps = {
  conversations: ConversationStore
  claude: Claude
  forks: Forks
  bringBack: (sessionId: string) => Promise<boolean>
}

/**
 * Makes a conversation that continues from the end of another one with these exchanges: they are put behind a copy of Claude Code's
 * own transcript, so that Claude knows them too. Throws STATE_CONFLICT when there is no answer to keep.
 */
export async function keepAside(
  deps: KeepDeps,
  id: string,
  exchanges: readonly Exchange[],
  title: string | undefined,
): Promise<Conversation> {
  const { conversations, claude, forks, bringBack } = deps
  const kept = exchanges.filter(({ answer }) => answer.trim() !== '')
  if (kept.length === 0) throw new AppError('STATE_CONFLICT', 'There is no answer to keep yet. Wait for it, or ask again.')
  const fork = await forks.fork(id, { title: title ?? titleOf(kept) })
  const { sessionId, cwd, forkAt } = fork
  if (sessionId !== null && cwd !== null && typeof forkAt === 'string') {
    if (!(await claude.hasSession(sessionId))) await bringBack(sessionId)
    const said = kept.map(({ question, answer, model }) => ({ question, answer, model }))
    const copy = await claude.copySession(sessionId, cwd, forkAt, said)
    if (copy !== null) await conversations.setSession(fork.id, { sessionId: copy, cwd })
  }
  for (const { question, answer, model } of kept) {
    await conversations.appendMessage(fork.id, { role: 'user', blocks: [{ type: 'text', text: question }], turnId: null }, { sync: false })
    const blocks = [{ type: 'text' as const, text: answer }]
    await conversations.appendMessage(
      fork.id,
      { role: 'assistant', blocks, turnId: null, ...(model === null ? {} : { model }) },
      { sync: true },
    )
  }
  return conversations.get(fork.id)
}

const longestTitle = 80

function titleOf([first]: readonly Exchange[]): string {
  const words = (first?.question ?? '').replaceAll(/\s+/g, ' ').trim()
  return words.length > longestTitle ? `${words.slice(0, longestTitle - 1)}…` : words
}
