import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { getSessionMessages } from '@anthropic-ai/claude-agent-sdk'
import { z } from 'zod'
import { Core } from '../../electron/core/core.ts'
import type { Message } from '../../shared/domain/message.ts'
import { appEnv, type AppFolders } from './app.ts'
import type { WrittenSession } from './claude-stories.ts'
import { differences, titleFault } from './sdk-reading.ts'

/** What came of the comparison of our reading with the Agent SDK's and with Claude Code's own sums. */
export type Reading = {
  sessions: number
  messages: number
  /** Stories whose cost Claude Code has written down, and those of them of which ours says that it is not known. */
  costs: number
  unknown: number
  faults: string[]
}

/**
 * Reads sessions with the whole app, as a user opens them, and compares each with the SDK. The SDK looks where this process's
 * CLAUDE_CONFIG_DIR says: it has to be the same folder.
 */
export async function readHistory(folders: AppFolders, config: string, written: readonly WrittenSession[]): Promise<Reading> {
  const env = appEnv(folders, { CLAUDE_CONFIG_DIR: config })
  const core = await Core.open({ home: folders.data, shell: 'web', demo: true, env, version: '0.0.0' })
  try {
    await core.vault.ready
    await core.vault.scan()
    const reading: Reading = { sessions: 0, messages: 0, costs: 0, unknown: 0, faults: [] }
    const opened = new Map<WrittenSession, string>()
    for (const session of written) {
      const found = await core.transfers.openSession(session.sessionId).catch((thrown: unknown) => thrown)
      if (found instanceof Error) {
        const theirs = await getSessionMessages(session.sessionId)
        if (theirs.length > 0) reading.faults.push(`${session.story}: ${found.message}`)
        continue
      }
      const { id, title } = z.object({ id: z.string(), title: z.string() }).parse(found)
      opened.set(session, id)
      const ours = await allMessages(core, id)
      const { messages, faults } = await differences(session.sessionId, ours)
      const fault = await titleFault(session.sessionId, title, ours)
      reading.sessions += 1
      reading.messages += messages
      reading.faults.push(...[...faults, ...(fault === null ? [] : [fault])].map((words) => `${session.story}: ${words}`))
    }
    await core.metrics.rebuild()
    await core.metrics.settled()
    for (const [story, sessions] of Map.groupBy(written, (session) => session.story)) await compareCost(core, config, story, sessions)
    return reading

    async function compareCost(app: Core, folder: string, story: string, sessions: readonly WrittenSession[]): Promise<void> {
      const own = sessions.map(({ sessionId, costUsd }) => (hasSum(folder, sessionId) ? costUsd : null))
      if (own.includes(null)) return
      const totals = await Promise.all(sessions.map(async (session) => (await app.metrics.conversation(opened.get(session) ?? '')).totals))
      reading.costs += 1
      if (totals.some(({ costUnknown }) => costUnknown > 0)) {
        reading.unknown += 1
        return
      }
      const [theirs, ours] = [
        own.reduce<number>((sum, cost) => sum + (cost ?? 0), 0),
        totals.reduce((sum, { costUsd }) => sum + (costUsd ?? 0), 0),
      ]
      if (Math.abs(theirs - ours) > leastUsd) reading.faults.push(`${story}: costs ${ours}, by Claude Code's own count ${theirs}`)
    }
  } finally {
    await core.close()
  }
}

/** Less than this is how numbers are rounded. */
const leastUsd = 1e-6

async function allMessages(core: Core, id: string): Promise<Message[]> {
  const all: Message[] = []
  for (let before: number | undefined; ;) {
    const page = await core.conversations.messages(id, { limit: 500, before, superseded: true })
    all.unshift(...page.items)
    if (page.nextCursor === null) return all
    before = Number(page.nextCursor)
  }
}

/** Whether Claude Code has written into the transcript what it has cost, as it does since 2.1.2xx. */
function hasSum(config: string, sessionId: string): boolean {
  const projects = path.join(config, 'projects')
  const file = readdirSync(projects, { recursive: true, encoding: 'utf8' }).find((name) => name.endsWith(`${sessionId}.jsonl`))
  return file !== undefined && readFileSync(path.join(projects, file), 'utf8').includes('"type":"cost-state"')
}
