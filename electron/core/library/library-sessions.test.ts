import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { writeClaudeHistory } from '../../../e2e/bench/claude-history.ts'
import { openCore, type CoreRun } from '../../../e2e/support/core.ts'
import { libraryQuerySchema } from '../../../shared/domain/library.ts'

let run: CoreRun
beforeEach(async () => {
  run = await openCore()
})
afterEach(() => run.close())

/** All rows, with the trash: which ids, and as what. */
async function rows(): Promise<Record<string, string>> {
  const states = ['all', 'trash'] as const
  const windows = await Promise.all(
    states.map((state) => run.core.library.window(libraryQuerySchema.parse({ state }), { offset: 0, limit: 100 })),
  )
  return Object.fromEntries(windows.flatMap(({ items }) => items.map(({ id, state }) => [id, state])))
}

it('lists a session once: as Claude Code has it, as a conversation, or as that conversation in the trash', async () => {
  const { core, folders } = run
  const { sessions } = await writeClaudeHistory({ config: join(folders.home, '.claude'), sessions: 2, messages: 10, headKb: 1 })
  const [one = '', other = ''] = sessions.map(({ sessionId }) => sessionId)
  await core.vault.scan()
  expect(await rows()).toEqual({ [one]: 'claude', [other]: 'claude' })

  const { id } = await core.transfers.openSession(one)
  expect(await rows()).toEqual({ [id]: 'active', [other]: 'claude' })
  expect(core.vault.get(one)).toMatchObject({ conversationId: id, inTrash: false })

  await core.library.act('delete', [id], [])
  expect(await rows()).toEqual({ [id]: 'trash', [other]: 'claude' })
  expect(core.vault.get(one)).toMatchObject({ conversationId: null, inTrash: true })

  expect(await core.transfers.openSession(one)).toMatchObject({ id, state: 'active' })
  expect(await rows()).toEqual({ [id]: 'active', [other]: 'claude' })

  await core.library.act('delete', [id], [])
  await core.library.emptyTrash()
  expect(await rows()).toEqual({ [one]: 'claude', [other]: 'claude' })
})
