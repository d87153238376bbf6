import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openCore } from '../../../e2e/support/core.ts'

it('knows of a conversation from claude.ai that Claude does not know what was said in it', async () => {
  const { core, folders, close } = await openCore()
  try {
    const path = join(folders.home, 'conversations.json')
    const message = { uuid: '1', sender: 'human', text: 'Hi', created_at: '2026-01-01T12:00:00Z' }
    await writeFile(path, JSON.stringify([{ uuid: 'u', name: 'Trip', created_at: '2026-01-01T12:00:00Z', chat_messages: [message] }]))
    const { report } = await core.transfers.ended(core.transfers.import(path).id)
    expect(await core.transfers.context(report?.items[0]?.conversationId ?? '')).toBe('lost')
  } finally {
    await close()
  }
})
