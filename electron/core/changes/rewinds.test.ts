import { afterEach, beforeEach, expect, test } from 'vitest'
import { fileRewinds, playedBack } from '../../../e2e/support/rewind-checks.ts'
import { mostBytesKept, RewindHistory } from '../../../e2e/support/rewind-history.ts'
import { SnapshotFolder } from '../../../e2e/support/snapshot-folder.ts'
import { StoreRun } from '../conversations/store-fixtures.ts'
import { Git } from '../git/git.ts'

let run: StoreRun
let place: SnapshotFolder
beforeEach(async () => {
  run = await StoreRun.begin()
})
afterEach(async () => {
  await place.remove()
  await run.end()
})

test.each([1, 4])('history %i: what the conversation did goes back, nothing else changes, and all of it can be undone', async (seed) => {
  place = await SnapshotFolder.make({ repository: seed % 2 === 0, limits: { fileBytes: mostBytesKept } })
  const { folder, snapshots, data } = place
  const { store } = run
  const { id } = await store.create({ cwd: folder })
  const history = new RewindHistory({ folder, snapshots, conversationId: id, seed })
  const rewinds = fileRewinds({
    conversations: store,
    snapshots,
    git: new Git(() => Promise.resolve({ ...process.env, HOME: place.home })),
    home: data,
  })
  expect(await playedBack({ history, conversations: store, rewinds }, true)).toEqual([])
})
