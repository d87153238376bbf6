import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { said, StoreRun } from './store-fixtures.ts'

let run: StoreRun
beforeEach(async () => {
  run = await StoreRun.begin()
})
afterEach(() => run.end())

const page = { limit: 500, superseded: false }

test('what a rewind takes comes back with its undo, at the same place, before and after a restart', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.record({ at: fc.nat(40), replaces: fc.boolean() }), { minLength: 1, maxLength: 6 }), async (steps) => {
      const { store } = run
      const { id } = await store.create({})
      await store.setSession(id, { sessionId: 's1', cwd: '/srv' })
      for (let number = 0; number < 8; number += 1) {
        await store.appendMessage(id, said('user', `${number}`), { sync: false })
        await store.appendMessage(id, said('assistant', `answer ${number}`, null, `uuid-${number}`), { sync: false })
      }
      const undos: { range: { fromSeq: number; toSeq: number }; before: unknown }[] = []
      for (const { at, replaces } of steps) {
        const { items } = await store.messages(id, page)
        const own = items.filter(({ role }) => role === 'user')
        const target = own[at % Math.max(1, own.length)]
        if (!target) break
        if (replaces && undos.length === 0) {
          await store.supersede(id, target.id)
          await store.appendMessage(id, said('user', 'instead'), { sync: false })
          continue
        }
        const before = { items, rewoundTo: store.get(id).rewoundTo, messageCount: store.get(id).messageCount }
        undos.push({ range: await store.rewind(id, target.id), before })
      }
      const states = [await stateOf(id)]
      for (const { range, before } of undos.toReversed()) {
        await store.undoRewind(id, range)
        expect(await stateOf(id)).toEqual(before)
        states.push(await stateOf(id))
      }
      const again = await run.reopen()
      // The newest page is read from the end of the file, any other from its outline, and the rest from all of it.
      const newest = await again.messages(id, page)
      expect(newest.items).toEqual(states.at(-1)?.items)
      for (const { id: messageId } of newest.items.slice(0, 2))
        expect((await again.messages(id, { ...page, around: messageId })).items).toEqual(newest.items)
      expect(await stateOf(id)).toEqual(states.at(-1))
    }),
    { numRuns: 40 },
  )
})

async function stateOf(id: string) {
  const { store } = run
  const { items } = await store.messages(id, page)
  const { rewoundTo, messageCount } = store.get(id)
  return { items, rewoundTo, messageCount }
}

test('nothing comes back once something was said, and the position of the session is kept until it has gone on', async () => {
  const { store } = run
  const { id } = await store.create({})
  await store.setSession(id, { sessionId: 's1', cwd: '/srv' })
  const one = await store.appendMessage(id, said('user', 'one'), { sync: false })
  await store.appendMessage(id, said('assistant', 'answer one', null, 'uuid-1'), { sync: false })
  const two = await store.appendMessage(id, said('user', 'two'), { sync: false })
  await store.appendMessage(id, said('assistant', 'answer two', null, 'uuid-2'), { sync: false })
  const later = await store.rewind(id, two.id)
  expect(later).toMatchObject({ fromSeq: two.seq, messages: 2 })
  expect(store.get(id).rewoundTo).toBe('uuid-1')
  const first = await store.rewind(id, one.id)
  expect(store.get(id).rewoundTo).toBeNull()
  await store.undoRewind(id, first)
  expect(store.get(id).rewoundTo).toBe('uuid-1')
  await store.appendMessage(id, said('user', 'two, otherwise'), { sync: true })
  await expect(store.undoRewind(id, later)).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
  await store.setSession(id, { sessionId: 's2', cwd: '/srv' })
  await run.reopen()
  expect(run.store.get(id)).toMatchObject({ sessionId: 's2', pastSessionIds: ['s1'] })
  expect(run.store.get(id).rewoundTo).toBeUndefined()
  await expect(run.store.undoRewind(id, later)).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
  expect(await run.texts(id)).toEqual(['one', 'answer one', 'two, otherwise'])
})
